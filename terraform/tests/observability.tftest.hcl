# Alerts reach somebody and say what to do.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  project          = "test-project"
  region           = "us-east1"
  image            = "us-east1-docker.pkg.dev/test-project/dovetail/run-service:1"
  functions_source = "settings.json"
  alert_emails     = ["one@example.com", "two@example.com"]
  runbooks_url     = "https://example.com/operations.md"
}

run "every_alert_is_sent_and_has_its_runbook" {
  command = plan

  assert {
    condition = alltrue([
      for policy in concat(
        values(google_monitoring_alert_policy.staff),
        values(google_monitoring_alert_policy.rates),
        values(google_monitoring_alert_policy.burn),
        google_monitoring_alert_policy.uptime,
        [
          google_monitoring_alert_policy.not_started,
          google_monitoring_alert_policy.unanswered_schedule,
          google_monitoring_alert_policy.silence,
          google_monitoring_alert_policy.queue_age,
        ],
      ) :
      length(policy.notification_channels) == 2 &&
      can(regex("https://example\\.com/operations\\.md#runbook-[a-z-]+$", policy.documentation[0].content))
    ])
    error_message = "An alert is sent to nobody, or does not say where to read what to do."
  }
}

run "thresholds_are_as_promised" {
  command = plan

  assert {
    condition = (
      google_monitoring_alert_policy.rates["sync_failures"].conditions[0].condition_threshold[0].threshold_value == 0.05 &&
      google_monitoring_alert_policy.rates["sync_failures"].conditions[0].condition_threshold[0].duration == "600s" &&
      google_monitoring_alert_policy.rates["conflict_rate"].conditions[0].condition_threshold[0].threshold_value == 10 &&
      google_monitoring_alert_policy.rates["conflict_rate"].conditions[0].condition_threshold[0].aggregations[0].alignment_period == "60s" &&
      google_monitoring_alert_policy.silence.conditions[1].condition_absent[0].duration == "7200s"
    )
    error_message = "An alert begins at another point than it should."
  }
}

run "objectives_have_a_fast_and_a_slow_alert" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.burn)) == toset(flatten([for objective in keys(google_monitoring_slo.objectives) : ["${objective}/fast", "${objective}/slow"]]))
    error_message = "An objective can be missed without an alert."
  }
}

run "the_uptime_check_asks_where_the_world_does" {
  command = plan

  variables {
    domain = "sync.example.com"
  }

  assert {
    condition = (
      google_monitoring_uptime_check_config.health[0].monitored_resource[0].labels.host == "sync.example.com" &&
      google_monitoring_uptime_check_config.health[0].http_check[0].path == "/health" &&
      local.environment.DOVETAIL_PUBLIC_URL == "https://sync.example.com" &&
      output.webhook_urls.google_calendar == "https://sync.example.com/webhook/gcal"
    )
    error_message = "The service is told, or checked at, another address than the world uses."
  }
}

run "a_budget_is_made_when_it_is_wanted" {
  command = plan

  variables {
    budget = { billing_account = "000000-000000-000000", currency = "EUR", amount = 50 }
  }

  assert {
    condition     = google_billing_budget.monthly[0].amount[0].specified_amount[0].units == "50" && length(google_billing_budget.monthly[0].threshold_rules) == 3
    error_message = "The budget is not told of in time."
  }
}
