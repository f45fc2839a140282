# Every schedule with its function, as the code states them. A function is called `on-{schedule}`, for a queue may have
# the schedule's name.

locals {
  schedules = local.settings.schedules
}

module "schedules" {
  source   = "./modules/worker"
  for_each = local.schedules

  name        = "on-${each.key}"
  description = each.value.job.description
  settings    = each.value
  deployment  = local.functions
  instances   = { min = 0, max = 2 }

  depends_on = [terraform_data.may_run]
}

# Cloud Scheduler adds X-CloudScheduler-ScheduleTime itself, the same for both deliveries of one firing.
resource "google_cloud_scheduler_job" "schedules" {
  for_each = local.schedules

  name        = each.key
  region      = var.region
  description = each.value.job.description
  schedule    = each.value.job.cron
  time_zone   = each.value.job.timeZone
  paused      = var.image == null

  # Later than the function's own end, so that the function is what says how it went.
  attempt_deadline = "${each.value.timeoutSeconds + 20}s"

  retry_config {
    retry_count          = each.value.job.retryCount
    min_backoff_duration = "5s"
    max_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = module.schedules[each.key].uri
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode("{}")

    oidc_token {
      service_account_email = google_service_account.invoker.email
      audience              = module.schedules[each.key].uri
    }
  }

  depends_on = [google_project_service.apis]
}
