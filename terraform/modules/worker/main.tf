# A function that only the invoker may call, and only from within Google Cloud.

resource "google_cloudfunctions2_function" "this" {
  name        = var.name
  location    = var.deployment.region
  description = var.description

  build_config {
    runtime           = "nodejs24"
    entry_point       = var.settings.entryPoint
    service_account   = var.deployment.build_account
    docker_repository = var.deployment.repository

    source {
      storage_source {
        bucket = var.deployment.bucket
        object = var.deployment.object
      }
    }
  }

  service_config {
    service_account_email            = var.deployment.service_account
    timeout_seconds                  = var.settings.timeoutSeconds
    available_cpu                    = tostring(var.settings.cpu)
    available_memory                 = var.settings.memory
    max_instance_request_concurrency = var.settings.concurrency
    min_instance_count               = var.instances.min
    max_instance_count               = var.instances.max
    environment_variables            = var.deployment.environment

    # Cloud Tasks and Cloud Scheduler of the same project count as internal as long as they call the run.app address
    # (Cloud Run, "Restrict network ingress"), which is the one below.
    ingress_settings               = "ALLOW_INTERNAL_ONLY"
    all_traffic_on_latest_revision = true
  }
}

# The platform checks the token before the code is reached, and the code relies on it: nobody else is ever added here.
resource "google_cloud_run_v2_service_iam_member" "invoker" {
  name     = google_cloudfunctions2_function.this.name
  location = var.deployment.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${var.deployment.invoker}"
}
