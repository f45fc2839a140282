# run-service: the API, webhooks, pushes and publications. The only one that the world may call.

locals {
  ingress_name = "run-service"

  # Cloud Run's own address of a service can be told before the service exists, so it can be told to the service itself.
  run_url    = "https://${local.ingress_name}-${data.google_project.this.number}.${var.region}.run.app"
  public_url = coalesce(var.public_url, var.domain == null ? local.run_url : "https://${var.domain}")

  # What core/src/wire-from-environment.ts reads. DOVETAIL_WORKERS_URL is left out: queues deliver to their own workers.
  environment = {
    GOOGLE_CLOUD_PROJECT = var.project
    DOVETAIL_REGION      = var.region
    DOVETAIL_PUBLIC_URL  = local.public_url
    DOVETAIL_INVOKER     = google_service_account.invoker.email
    DOVETAIL_DATABASE    = var.database
  }
}

resource "google_cloud_run_v2_service" "ingress" {
  count = var.image == null ? 0 : 1

  name                = local.ingress_name
  location            = var.region
  description         = "API, webhooks, pushes and publications of Dovetail."
  ingress             = "INGRESS_TRAFFIC_ALL"
  deletion_protection = var.deletion_protection

  template {
    service_account                  = google_service_account.ingress.email
    max_instance_request_concurrency = 80
    timeout                          = "300s"

    scaling {
      min_instance_count = var.ingress_instances.min
      max_instance_count = var.ingress_instances.max
    }

    containers {
      image = var.image

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = "1", memory = "512Mi" }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = local.environment

        content {
          name  = env.key
          value = env.value
        }
      }

      # A revision that does not reach the store never gets a request. Later on nothing is restarted for the store's sake.
      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 4
        failure_threshold = 12

        http_get {
          path = "/health"
        }
      }
    }
  }

  depends_on = [
    google_project_iam_member.documents,
    google_secret_manager_secret_iam_member.readers,
  ]
}

# Its callers have no Google accounts: they show keys, signatures and tokens, which the service checks itself.
resource "google_cloud_run_v2_service_iam_member" "everyone" {
  count = var.image == null ? 0 : 1

  name     = google_cloud_run_v2_service.ingress[0].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

resource "google_cloud_run_domain_mapping" "ingress" {
  count = var.domain == null || var.image == null ? 0 : 1

  name     = var.domain
  location = var.region

  metadata {
    namespace = var.project
  }

  spec {
    route_name = google_cloud_run_v2_service.ingress[0].name
  }
}
