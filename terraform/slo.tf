# What users may expect, and alerts on how fast the room for failure is used up: fast within an hour, slow within six
# (Google's SRE workbook, "Alerting on SLOs": 14.4 and 6 times the rate that would last the 28 days, each seen over a long
# and a short window so that it ends soon after its cause).

locals {
  requests = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${local.ingress_name}\""

  objectives = {
    ingress-available = {
      title   = "Requests to run-service that do not end in a fault of ours"
      goal    = var.goals.ingress_available
      total   = local.requests
      bad     = "${local.requests} AND metric.labels.response_code_class=\"5xx\""
      runbook = "runbook-ingress"
    }
    tasks-done = {
      title   = "Deliveries of tasks that do their work"
      goal    = var.goals.tasks_done
      total   = local.metric_filters.task_attempts
      bad     = "${local.metric_filters.task_attempts} AND metric.labels.outcome=${local.failed_outcomes}"
      runbook = "runbook-sync-failures"
    }
    tasks-on-time = {
      title        = "Bookings and calendar writes that begin within 30 seconds of their time"
      goal         = var.goals.tasks_on_time
      distribution = "metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\" AND resource.type=\"cloud_tasks_queue\" AND resource.labels.queue_id=one_of(\"accept-booking\", \"reconcile-event\")"
      most         = 30000 # milliseconds
      runbook      = "runbook-queues"
    }
  }

  burns = {
    fast = { rate = 14.4, long = "3600s", short = "300s", severity = "CRITICAL" }
    slow = { rate = 6, long = "21600s", short = "1800s", severity = "ERROR" }
  }

  burn_alerts = merge([
    for objective in keys(local.objectives) : { for burn in keys(local.burns) : "${objective}/${burn}" => { objective = objective, burn = burn } }
  ]...)
}

resource "google_monitoring_custom_service" "this" {
  service_id   = "dovetail"
  display_name = "Dovetail ${var.environment}"

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_slo" "objectives" {
  for_each = local.objectives

  service             = google_monitoring_custom_service.this.service_id
  slo_id              = each.key
  display_name        = each.value.title
  goal                = each.value.goal
  rolling_period_days = 28

  request_based_sli {
    dynamic "good_total_ratio" {
      for_each = can(each.value.total) ? [true] : []

      content {
        total_service_filter = each.value.total
        bad_service_filter   = each.value.bad
      }
    }

    dynamic "distribution_cut" {
      for_each = can(each.value.distribution) ? [true] : []

      content {
        distribution_filter = each.value.distribution

        range {
          max = each.value.most
        }
      }
    }
  }
}

resource "google_monitoring_alert_policy" "burn" {
  for_each = local.burn_alerts

  display_name          = "Dovetail ${var.environment}: ${local.objectives[each.value.objective].title} (${each.value.burn} burn)"
  combiner              = "AND"
  severity              = local.burns[each.value.burn].severity
  notification_channels = local.channels

  dynamic "conditions" {
    for_each = [local.burns[each.value.burn].long, local.burns[each.value.burn].short]

    content {
      display_name = "${local.burns[each.value.burn].rate} times over ${conditions.value}"

      condition_threshold {
        filter          = "select_slo_burn_rate(\"${google_monitoring_slo.objectives[each.value.objective].name}\", \"${conditions.value}\")"
        comparison      = "COMPARISON_GT"
        threshold_value = local.burns[each.value.burn].rate
        duration        = "0s"
      }
    }
  }

  documentation {
    content = "The objective is ${local.objectives[each.value.objective].goal * 100} % over 28 days.\n\n${local.runbook}${local.objectives[each.value.objective].runbook}"
  }
}
