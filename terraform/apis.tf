locals {
  apis = [
    "artifactregistry.googleapis.com",
    "calendar-json.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudscheduler.googleapis.com",
    "cloudtasks.googleapis.com",
    "firebaserules.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ]
}

# APIs stay on when this installation goes: others in the project may use them.
resource "google_project_service" "apis" {
  for_each = toset(concat(local.apis, var.budget == null ? [] : ["billingbudgets.googleapis.com"]))

  service            = each.key
  disable_on_destroy = false
}
