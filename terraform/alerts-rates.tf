# What a single line does not tell: rates, silence and queues that do not keep up.

locals {
  failed_outcomes = "one_of(\"retried\", \"failed\", \"left-to-schedule\", \"given-up\", \"unreadable\")"
  # The queues that bring something in or out; each installation that is used has work in one of them every quarter hour.
  sync_queues = "one_of(\"accept-booking\", \"poll-bookings\", \"pull-calendar\", \"reconcile-event\", \"sync-feed\")"

  # Policies of conditions that compare a number with a threshold.
  rate_alerts = {
    sync_failures = {
      title    = "More than ${var.thresholds.failed_share * 100} % of syncs fail"
      detail   = "For ten minutes, and at least ${var.thresholds.failed_at_least} of them. The chart shows which queue; the log lines `task.retried` and `task.failed` say why."
      runbook  = "runbook-sync-failures"
      severity = "CRITICAL"
      combiner = "AND"
      conditions = [
        {
          name        = "share of attempts that failed"
          filter      = "${local.metric_filters.task_attempts} AND metric.labels.outcome=${local.failed_outcomes}"
          denominator = local.metric_filters.task_attempts
          above       = var.thresholds.failed_share
          period      = 300
          lasting     = 600
        },
        {
          name    = "attempts that failed"
          filter  = "${local.metric_filters.task_attempts} AND metric.labels.outcome=${local.failed_outcomes}"
          above   = var.thresholds.failed_at_least - 1
          period  = 600
          lasting = 0
        },
      ]
    }
    conflict_rate = {
      title    = "Conflicts open at an unusual rate"
      detail   = "Most likely a feed or an import shows bookings twice, or a resource was bound to the wrong calendar."
      runbook  = "runbook-conflicts"
      severity = "ERROR"
      combiner = "OR"
      conditions = [
        {
          name    = "more than ${var.thresholds.conflicts_per_minute} a minute"
          filter  = local.metric_filters.conflicts_opened
          above   = var.thresholds.conflicts_per_minute
          period  = 60
          lasting = 0
        },
        {
          name    = "ten or more by one change"
          filter  = local.metric_filters.conflicts_in_bulk
          above   = 0
          period  = 60
          lasting = 0
        },
      ]
    }
    feeds_troubled = {
      title    = "Feeds fail or empty in numbers"
      detail   = "Several feeds at once point to a platform, or to our own way out, rather than to a listing."
      runbook  = "runbook-feeds"
      severity = "ERROR"
      combiner = "OR"
      conditions = [
        {
          name    = "feeds parked or suspect in an hour"
          filter  = local.metric_filters.feeds_troubled
          above   = var.thresholds.troubled_feeds_an_hour
          period  = 3600
          lasting = 0
        },
        {
          name        = "share of reads that failed"
          filter      = local.metric_filters.feed_reads_failed
          denominator = "${local.metric_filters.task_attempts} AND metric.labels.queue=\"sync-feed\""
          above       = var.thresholds.failed_feeds_share
          period      = 1800
          lasting     = 3600
        },
      ]
    }
  }
}

resource "google_monitoring_alert_policy" "rates" {
  for_each = local.rate_alerts

  display_name          = "Dovetail ${var.environment}: ${each.value.title}"
  combiner              = each.value.combiner
  severity              = each.value.severity
  notification_channels = local.channels

  dynamic "conditions" {
    for_each = each.value.conditions

    content {
      display_name = conditions.value.name

      condition_threshold {
        filter             = conditions.value.filter
        denominator_filter = try(conditions.value.denominator, null)
        comparison         = "COMPARISON_GT"
        threshold_value    = conditions.value.above
        duration           = "${conditions.value.lasting}s"

        aggregations {
          alignment_period     = "${conditions.value.period}s"
          per_series_aligner   = "ALIGN_DELTA"
          cross_series_reducer = "REDUCE_SUM"
        }

        dynamic "denominator_aggregations" {
          for_each = can(conditions.value.denominator) ? [true] : []

          content {
            alignment_period     = "${conditions.value.period}s"
            per_series_aligner   = "ALIGN_DELTA"
            cross_series_reducer = "REDUCE_SUM"
          }
        }
      }
    }
  }

  documentation {
    content = join("\n\n", [each.value.detail, "${local.runbook}${each.value.runbook}"])
  }
}

# Silence shows as points of zero while instances of the services run, and as no points at all once none does.
resource "google_monitoring_alert_policy" "silence" {
  display_name          = "Dovetail ${var.environment}: no sync has succeeded for ${var.thresholds.silence_hours} hours"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "none counted"

    condition_threshold {
      filter          = "${local.metric_filters.task_attempts} AND metric.labels.outcome=\"done\" AND metric.labels.queue=${local.sync_queues}"
      comparison      = "COMPARISON_LT"
      threshold_value = 1
      duration        = "0s"

      aggregations {
        alignment_period     = "${var.thresholds.silence_hours * 3600}s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  conditions {
    display_name = "nothing heard"

    condition_absent {
      filter   = "${local.metric_filters.task_attempts} AND metric.labels.outcome=\"done\" AND metric.labels.queue=${local.sync_queues}"
      duration = "${var.thresholds.silence_hours * 3600}s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = "Safety pulls and polls run every few minutes, so this is no quiet day: schedules, queues or workers stand still.\n\n${local.runbook}runbook-no-sync"
  }
}

# Cloud Tasks tells how late an attempt began, but not the age of a task that nobody attempts; its depth shows that one.
resource "google_monitoring_alert_policy" "queue_age" {
  display_name          = "Dovetail ${var.environment}: a queue does not keep up"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "attempts begin more than ${var.thresholds.oldest_task_minutes} minutes late"

    condition_threshold {
      filter          = "metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\" AND resource.type=\"cloud_tasks_queue\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.thresholds.oldest_task_minutes * 60000 # milliseconds
      duration        = "300s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_PERCENTILE_95"
        cross_series_reducer = "REDUCE_MAX"
        group_by_fields      = ["resource.label.queue_id"]
      }
    }
  }

  conditions {
    display_name = "more than ${var.thresholds.queue_depth} tasks wait"

    condition_threshold {
      filter          = "metric.type=\"cloudtasks.googleapis.com/queue/depth\" AND resource.type=\"cloud_tasks_queue\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.thresholds.queue_depth
      duration        = "900s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_MIN"
        cross_series_reducer = "REDUCE_MAX"
        group_by_fields      = ["resource.label.queue_id"]
      }
    }
  }

  documentation {
    content = "Queue: $${resource.label.queue_id}. It is paused, its worker fails or is slow, or more comes in than it may deliver.\n\n${local.runbook}runbook-queues"
  }

  depends_on = [google_project_service.apis]
}
