# Whether the world reaches run-service, and it its store.

locals {
  public_host = trimprefix(local.public_url, "https://")
}

resource "google_monitoring_uptime_check_config" "health" {
  count = var.image == null ? 0 : 1

  display_name = "Dovetail ${var.environment}: health"
  period       = "60s"
  timeout      = "10s"

  http_check {
    path         = "/health"
    port         = 443
    use_ssl      = true
    validate_ssl = true

    accepted_response_status_codes {
      status_value = 200
    }
  }

  content_matchers {
    content = "ok"
    matcher = "MATCHES_JSON_PATH"

    json_path_matcher {
      json_path    = "$.status"
      json_matcher = "EXACT_MATCH"
    }
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = local.public_host }
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "uptime" {
  count = var.image == null ? 0 : 1

  display_name          = "Dovetail ${var.environment}: run-service cannot be reached"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "checks fail from more than one place"

    condition_threshold {
      filter          = "metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND resource.type=\"uptime_url\" AND metric.labels.check_id=\"${google_monitoring_uptime_check_config.health[0].uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "180s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  documentation {
    content = "A 503 of /health means that Firestore does not answer; anything else, that the service or the way to it is down. Webhooks are sent again by their senders, and polls catch up.\n\n${local.runbook}runbook-ingress"
  }
}
