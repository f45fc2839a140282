# Reads calendars as ruby-icalendar does, strictly: prints {file: {problems, events}} as JSON.
require 'icalendar'
require 'json'
require 'stringio'

Icalendar.logger.level = 5

def told(time)
  return time.to_date.iso8601 if time.is_a?(Icalendar::Values::Date)
  time.to_time.getutc.strftime('%Y-%m-%dT%H:%M:%SZ')
end

def read(path)
  calendars = Icalendar::Parser.new(File.read(path, encoding: 'UTF-8'), true).parse
  problems = calendars.length == 1 ? [] : ["#{calendars.length} calendars"]
  events = calendars.flat_map(&:events).map do |event|
    problems << 'an event that is not valid' unless event.valid?(true)
    { uid: event.uid.to_s, start: told(event.dtstart), end: told(event.dtend), title: event.summary.to_s }
  end
  { problems: problems, events: events }
end

answers = ARGV.to_h do |path|
  [path, read(path)]
rescue StandardError => error
  [path, { problems: ["#{error.class}: #{error.message}"], events: [] }]
end
puts JSON.generate(answers)
