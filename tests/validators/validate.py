"""Reads calendars as python3-icalendar does: prints {file: {problems, events}} as JSON."""
import datetime
import json
import sys

import icalendar


def told(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    return value.isoformat()


def read(path):
    with open(path, 'rb') as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    problems = [f'{component.name}: {error}' for component in calendar.walk() for error in component.errors]
    problems += [f'the calendar lacks {name}' for name in ('VERSION', 'PRODID') if name not in calendar]
    events = []
    for event in calendar.walk('VEVENT'):
        problems += [f'an event lacks {name}' for name in ('UID', 'DTSTAMP', 'DTSTART', 'DTEND') if name not in event]
        start, end = event.decoded('DTSTART'), event.decoded('DTEND')
        if isinstance(start, datetime.datetime) and start.tzinfo is None:
            problems.append('a floating time')
        summary = str(event['SUMMARY'])
        events.append({'uid': str(event['UID']), 'start': told(start), 'end': told(end), 'title': summary})
    return {'problems': problems, 'events': events}


def attempt(path):
    try:
        return read(path)
    except Exception as error:
        return {'problems': [f'{type(error).__name__}: {error}'], 'events': []}


print(json.dumps({path: attempt(path) for path in sys.argv[1:]}))
