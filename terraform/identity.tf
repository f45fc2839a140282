# Who acts. Roles are given beside what they are for; here only those that belong to no single resource.

resource "google_service_account" "ingress" {
  account_id   = "dovetail-ingress"
  display_name = "Dovetail: run-service, which the world calls"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "workers" {
  account_id   = "dovetail-workers"
  display_name = "Dovetail: workers and schedules"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "invoker" {
  account_id   = "dovetail-invoker"
  display_name = "Dovetail: whom Cloud Tasks and Cloud Scheduler call workers as"
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "build" {
  account_id   = "dovetail-build"
  display_name = "Dovetail: builds the functions' image"
  depends_on   = [google_project_service.apis]
}

# Calendars are shared with this one. It may do nothing in the project; its key is the secret `google-credentials`.
resource "google_service_account" "calendar" {
  account_id   = "dovetail-calendar"
  display_name = "Dovetail"
  description  = "Share calendars with this address, with the right to make changes."
  depends_on   = [google_project_service.apis]

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  # The two that touch data, make tasks and read secrets.
  services = {
    ingress = google_service_account.ingress.email
    workers = google_service_account.workers.email
  }
}

# A role on documents can be given for one database by a condition only.
resource "google_project_iam_member" "documents" {
  for_each = local.services

  project = var.project
  role    = "roles/datastore.user"
  member  = "serviceAccount:${each.value}"

  condition {
    title      = "the database of Dovetail"
    expression = "resource.name == \"projects/${var.project}/databases/${var.database}\""
  }
}

# A task names the account whose token it is delivered with; to name it takes the right to act as it.
resource "google_service_account_iam_member" "names_invoker" {
  for_each = local.services

  service_account_id = google_service_account.invoker.name
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:${each.value}"
}

# A build of the functions reads the copy of their source that Cloud Run functions make, and writes its log.
resource "google_project_iam_member" "build_log" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:${google_service_account.build.email}"
}

resource "google_project_iam_member" "build_source" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = "serviceAccount:${google_service_account.build.email}"

  condition {
    title      = "sources of functions"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-\")"
  }
}
