# What Google would answer, as far as a test asks for it.

mock_resource "google_service_account" {
  defaults = {
    email = "mock@test-project.iam.gserviceaccount.com"
    name  = "projects/test-project/serviceAccounts/mock@test-project.iam.gserviceaccount.com"
  }
}

mock_resource "google_secret_manager_secret" {
  defaults = { id = "projects/test-project/secrets/mock" }
}

mock_resource "google_cloudfunctions2_function" {
  defaults = { service_config = { uri = "https://mock-ue.a.run.app" } }
}

mock_data "google_project" {
  defaults = { number = "123456789012" }
}
