# What is deployed: the image of run-service, which you push, and the functions' zip, which Cloud Build makes an image of.

resource "google_artifact_registry_repository" "images" {
  repository_id = "dovetail"
  location      = var.region
  format        = "DOCKER"
  description   = "Images of run-service and of the functions."

  # Enough to go back to; revisions in use keep working, for Cloud Run has copies of its own.
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"

    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"

    condition {
      older_than = "7776000s"
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${google_service_account.build.email}"
}

resource "google_storage_bucket" "source" {
  name                        = "${var.project}-dovetail-source"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # it holds nothing that `npm run bundle` would not make again

  depends_on = [google_project_service.apis]
}

# Named after its content, so that a changed bundle is a new deployment and an unchanged one is none.
resource "google_storage_bucket_object" "functions" {
  name   = "functions-${filesha256(var.functions_source)}.zip"
  bucket = google_storage_bucket.source.name
  source = var.functions_source

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_storage_bucket_iam_member" "build" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.build.email}"
}
