# What staff are told once: every line that the code writes with the severity ALERT, and a few others that somebody must
# look at. Each policy shows one incident a tenant, with a link to what to do. A test holds them against the code.

locals {
  staff_alerts = {
    "binding.needs-access" = {
      title   = "A calendar is no longer shared with us"
      detail  = "The binding is parked and nothing on either side is changed. It resumes by itself once the calendar is shared with us again."
      runbook = "runbook-calendar-access"
    }
    "binding.events-left" = {
      title   = "Events were left on a calendar that was unbound"
      detail  = "We lost access to it before our events could be taken away. Somebody who still has access may delete them."
      runbook = "runbook-calendar-access"
    }
    "booking-system.access-revoked" = {
      title   = "A booking system refuses our credentials"
      detail  = "Edits on calendars wait until its secret holds a key that it accepts."
      runbook = "runbook-booking-system-access"
    }
    "bookings.held" = {
      title   = "Many bookings vanished from a booking system at once"
      detail  = "They keep their time until staff accept that they are gone, or they come back."
      runbook = "runbook-held-removals"
    }
    "removals.held" = {
      title   = "Many events vanished from a calendar at once"
      detail  = "Nothing was cancelled. Staff decide whether the removals were meant."
      runbook = "runbook-held-removals"
    }
    "channel.refused" = {
      title   = "A calendar will not push to us"
      detail  = "It is read every few minutes instead. Most likely the public address is not reachable over https."
      runbook = "runbook-channels"
    }
    "channel.near-expiry" = {
      title   = "A push channel is about to end and was not renewed"
      detail  = "Renewals have failed for hours. When it ends, changes arrive with the next safety pull, within a quarter of an hour."
      runbook = "runbook-channels"
    }
    "conflict.opened" = {
      title   = "Two reservations overlap"
      detail  = "Both keep their time until staff choose."
      runbook = "runbook-conflicts"
    }
    "dead-letter.kept" = {
      title   = "Work failed for good and waits to be replayed"
      detail  = "It is listed at /v1/dead-letters with its reason."
      runbook = "runbook-dead-letters"
    }
    "feed.parked" = {
      title   = "A feed could not be read for a day"
      detail  = "What was last read keeps standing. It is not read again until staff ask for it."
      runbook = "runbook-feeds"
    }
    "feed.suspect" = {
      title   = "A feed lost most of its entries"
      detail  = "Nothing was released. It clears itself when they return; staff may accept it as it is."
      runbook = "runbook-feeds"
    }
    "schedule.failed" = {
      title   = "A schedule failed"
      detail  = "The next firing finds the same work. Several in a row mean that nothing is found at all."
      runbook = "runbook-schedules"
    }
    "task.left-to-schedule" = {
      title   = "A sync was given up until its schedule asks for it again"
      detail  = "Its ten attempts failed for a reason that may pass."
      runbook = "runbook-sync-failures"
    }
    "webhook.disabled" = {
      title   = "A subscriber's webhook was disabled"
      detail  = "It took nothing for five days, or answered that it is gone."
      runbook = "runbook-webhooks"
    }
  }

  runbook = "Runbook: ${var.runbooks_url}#"
  channels = [
    for address in sort(var.alert_emails) : google_monitoring_notification_channel.email[address].name
  ]
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  type         = "email"
  display_name = "Dovetail ${var.environment}: ${each.key}"
  labels       = { email_address = each.key }

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "staff" {
  for_each = local.staff_alerts

  display_name          = "Dovetail ${var.environment}: ${each.value.title}"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = each.key

    condition_matched_log {
      filter = "${local.from_services} jsonPayload.action=\"${each.key}\""

      # What a line may lack is extracted as an empty text.
      label_extractors = {
        tenant  = "EXTRACT(jsonPayload.tenant)"
        binding = "EXTRACT(jsonPayload.binding)"
        feed    = "EXTRACT(jsonPayload.feed)"
        queue   = "EXTRACT(jsonPayload.queue)"
        reason  = "EXTRACT(jsonPayload.reason)"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"

    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    subject = "Dovetail ${var.environment}: ${each.value.title} (tenant $${log.extracted_label.tenant})"
    content = join("\n\n", [each.value.detail, "${local.runbook}${each.value.runbook}"])
  }

  depends_on = [google_project_service.apis]
}

# Cloud Scheduler's own account of it, for a function that cannot even say so.
resource "google_monitoring_alert_policy" "unanswered_schedule" {
  display_name          = "Dovetail ${var.environment}: a schedule's function does not answer"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "Cloud Scheduler had no success"

    condition_matched_log {
      filter           = "resource.type=\"cloud_scheduler_job\" AND severity>=ERROR"
      label_extractors = { job = "EXTRACT(resource.labels.job_id)" }
    }
  }

  alert_strategy {
    auto_close = "3600s"

    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    subject = "Dovetail ${var.environment}: the schedule $${log.extracted_label.job} is not answered"
    content = "Its function fails, is missing, or may not be called. Most likely a secret has no value yet.\n\n${local.runbook}runbook-schedules"
  }

  depends_on = [google_project_service.apis]
}

# A container or function that cannot be set up ends with this line, which has no action.
resource "google_monitoring_alert_policy" "not_started" {
  display_name          = "Dovetail ${var.environment}: a service does not start"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "service.not-started"

    condition_matched_log {
      filter = "${local.from_services} jsonPayload.message=\"service.not-started\""
    }
  }

  alert_strategy {
    auto_close = "3600s"

    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    content = "The line says which variable or secret is missing. A revision that does not start gets no requests; the one before it goes on.\n\n${local.runbook}runbook-not-started"
  }

  depends_on = [google_project_service.apis]
}
