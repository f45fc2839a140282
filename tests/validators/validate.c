/* Reads a calendar as libical does and holds it to RFC 5545's restrictions: prints what is wrong, one a line, then every
 * event as "start end uid", and answers 1 when anything is wrong. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) text[0] = '\0';
    fclose(file);
    return text;
}

static int tell_errors(icalcomponent *component) {
    int count = 0;
    for (icalproperty *error = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY); error != NULL;
         error = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
        printf("problem %s\n", icalproperty_get_xlicerror(error));
        count++;
    }
    for (icalcomponent *inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); inner != NULL;
         inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
        count += tell_errors(inner);
    }
    return count;
}

/* By the file's own VTIMEZONE where the time names one. */
static void tell_time(icalproperty *property, struct icaltimetype time, icalcomponent *calendar) {
    if (time.is_date) {
        printf("%04d-%02d-%02d ", time.year, time.month, time.day);
        return;
    }
    icalparameter *zone = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (zone != NULL) {
        icaltimezone *found = icalcomponent_get_timezone(calendar, icalparameter_get_tzid(zone));
        icaltimezone_convert_time(&time, found, icaltimezone_get_utc_timezone());
    }
    printf("%04d-%02d-%02dT%02d:%02d:%02dZ ", time.year, time.month, time.day, time.hour, time.minute, time.second);
}

int main(int count, char **arguments) {
    char *text = count == 2 ? read_file(arguments[1]) : NULL;
    icalcomponent *calendar = text == NULL ? NULL : icalparser_parse_string(text);
    if (calendar == NULL || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
        printf("problem not one VCALENDAR\n");
        return 1;
    }
    icalrestriction_check(calendar);
    int errors = tell_errors(calendar);
    for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event != NULL;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        icalproperty *start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
        icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
        if (start == NULL || end == NULL) {
            printf("problem an event without start or end\n");
            errors++;
            continue;
        }
        printf("event ");
        tell_time(start, icalproperty_get_dtstart(start), calendar);
        tell_time(end, icalproperty_get_dtend(end), calendar);
        printf("%s\n", icalcomponent_get_uid(event));
    }
    icalcomponent_free(calendar);
    free(text);
    return errors == 0 ? 0 : 1;
}
