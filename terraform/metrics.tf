# Metrics from the services' own log lines (core/src/adapters/log). A test holds every action named here against the code.

locals {
  # Lines of run-service and of functions alike: a function of the second generation is a Cloud Run service.
  from_services = "resource.type=\"cloud_run_revision\" AND"

  metrics = {
    task_attempts = {
      description = "Deliveries of tasks, by queue and by what became of them."
      filter      = "jsonPayload.action=(\"task.done\" OR \"task.retried\" OR \"task.put-off\" OR \"task.failed\" OR \"task.left-to-schedule\" OR \"task.given-up\" OR \"task.moot\" OR \"task.unreadable\")"
      labels      = { queue = "EXTRACT(jsonPayload.queue)", outcome = "REGEXP_EXTRACT(jsonPayload.action, \"task[.](.+)\")" }
    }
    conflicts_opened = {
      description = "Changes of a ledger that opened conflicts."
      filter      = "jsonPayload.action=\"conflict.opened\""
      labels      = { tenant = "EXTRACT(jsonPayload.tenant)" }
    }
    conflicts_in_bulk = {
      description = "Changes of a ledger that opened ten conflicts or more at once."
      filter      = "jsonPayload.action=\"conflict.opened\" AND jsonPayload.count>=10"
      labels      = { tenant = "EXTRACT(jsonPayload.tenant)" }
    }
    dead_letters = {
      description = "Tasks that failed for good and wait for staff."
      filter      = "jsonPayload.action=\"dead-letter.kept\""
      labels      = { queue = "EXTRACT(jsonPayload.queue)", reason = "EXTRACT(jsonPayload.reason)" }
    }
    feed_reads_failed = {
      description = "Reads of feeds that failed."
      filter      = "jsonPayload.action=(\"feed.failed\" OR \"feed.parked\")"
      labels      = { reason = "EXTRACT(jsonPayload.reason)" }
    }
    feeds_troubled = {
      description = "Feeds that have become suspect or were parked."
      filter      = "jsonPayload.action=(\"feed.suspect\" OR \"feed.parked\")"
      labels      = { action = "EXTRACT(jsonPayload.action)" }
    }
    removals_held = {
      description = "Removals in bulk that wait for staff, of calendars and of booking systems."
      filter      = "jsonPayload.action=(\"removals.held\" OR \"bookings.held\")"
      labels      = { tenant = "EXTRACT(jsonPayload.tenant)" }
    }
    differences_found = {
      description = "Audits that found a calendar to differ from the ledger."
      filter      = "jsonPayload.action=\"audit.found\""
      labels      = { tenant = "EXTRACT(jsonPayload.tenant)" }
    }
    pushes_missed = {
      description = "Changes of calendars that no push had told of."
      filter      = "jsonPayload.action=\"push.missed\""
      labels      = { tenant = "EXTRACT(jsonPayload.tenant)" }
    }
  }

  # As filters of alerts and charts name them.
  metric_filters = {
    for key, metric in google_logging_metric.metrics :
    key => "metric.type=\"logging.googleapis.com/user/${metric.name}\" AND resource.type=\"cloud_run_revision\""
  }
}

resource "google_logging_metric" "metrics" {
  for_each = local.metrics

  name             = "dovetail/${each.key}"
  description      = each.value.description
  filter           = "${local.from_services} ${each.value.filter}"
  label_extractors = each.value.labels

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  depends_on = [google_project_service.apis]
}
