# A queue for each worker. Where a queue delivers, and with whose token, is stated here and overrides what a task says:
# the address and the audience are the worker's run.app address, which Cloud Run accepts without further settings (an
# audience of one's own cannot be given to a function) and which counts as internal. So nobody who may add a task to a
# queue can have it sent elsewhere with the invoker's token. See docs/decisions/0022-terraform-owns-the-deployment.md.

resource "google_cloud_tasks_queue" "queues" {
  for_each = local.workers

  name     = each.key
  location = var.region

  rate_limits {
    max_concurrent_dispatches = each.value.queue.maxConcurrentDispatches
    max_dispatches_per_second = each.value.queue.maxDispatchesPerSecond
  }

  retry_config {
    max_attempts  = each.value.queue.maxAttempts
    min_backoff   = "${each.value.queue.minBackoffSeconds}s"
    max_backoff   = "${each.value.queue.maxBackoffSeconds}s"
    max_doublings = each.value.queue.maxDoublings
  }

  http_target {
    http_method = "POST"

    uri_override {
      scheme                    = "HTTPS"
      host                      = trimprefix(module.workers[each.key].uri, "https://")
      uri_override_enforce_mode = "ALWAYS"

      path_override {
        path = "/"
      }
    }

    oidc_token {
      service_account_email = google_service_account.invoker.email
      audience              = module.workers[each.key].uri
    }
  }

  stackdriver_logging_config {
    sampling_ratio = var.queue_log_ratio
  }

  # Its tasks go with a queue, and its name cannot be used again for days. One that the code no longer has is emptied,
  # then taken out with a `removed` block and gcloud.
  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.apis]
}

# Both services may add to every queue, for a failed task is put off, and a dead letter replayed, to whichever queue it
# came from. Neither may see, pause or empty one.
locals {
  enqueuers = merge([
    for queue in keys(local.workers) : { for service in keys(local.services) : "${queue}/${service}" => { queue = queue, service = service } }
  ]...)
}

resource "google_cloud_tasks_queue_iam_member" "enqueuers" {
  for_each = local.enqueuers

  name     = google_cloud_tasks_queue.queues[each.value.queue].name
  location = var.region
  role     = "roles/cloudtasks.enqueuer"
  member   = "serviceAccount:${local.services[each.value.service]}"
}
