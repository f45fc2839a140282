# Where secrets are, and where they are not.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

override_resource {
  target          = google_service_account.ingress
  override_during = plan
  values          = { email = "ingress@test-project.iam.gserviceaccount.com" }
}

override_resource {
  target          = google_service_account.workers
  override_during = plan
  values          = { email = "workers@test-project.iam.gserviceaccount.com" }
}

override_resource {
  target          = google_secret_manager_secret.secrets["sealing-keys"]
  override_during = plan
  values          = { id = "projects/test-project/secrets/sealing-keys" }
}

variables {
  project          = "test-project"
  region           = "us-east1"
  image            = "us-east1-docker.pkg.dev/test-project/dovetail/run-service:1"
  functions_source = "settings.json"
  alert_emails     = []
}

run "no_variable_of_a_service_holds_a_secret" {
  command = plan

  assert {
    condition = alltrue([
      for module in concat(values(module.workers), values(module.schedules)) :
      toset(keys(module.service.environment_variables)) == toset([
        "GOOGLE_CLOUD_PROJECT", "DOVETAIL_REGION", "DOVETAIL_PUBLIC_URL", "DOVETAIL_INVOKER", "DOVETAIL_DATABASE",
      ]) && length(module.service.secret_environment_variables) == 0
    ])
    error_message = "A function has a variable that it should not have, or lacks one."
  }

  assert {
    condition = toset([for env in google_cloud_run_v2_service.ingress[0].template[0].containers[0].env : env.name]) == toset([
      "GOOGLE_CLOUD_PROJECT", "DOVETAIL_REGION", "DOVETAIL_PUBLIC_URL", "DOVETAIL_INVOKER", "DOVETAIL_DATABASE",
    ])
    error_message = "run-service has a variable that it should not have, or lacks one."
  }

  assert {
    condition     = alltrue([for env in google_cloud_run_v2_service.ingress[0].template[0].containers[0].env : !can(regex("(?i)key|secret|token|password", env.name))])
    error_message = "A variable of run-service has the name of a secret."
  }
}

run "each_secret_is_read_by_those_who_need_it" {
  command = plan

  variables {
    booking_system_secrets = { "uschedule-api-key" = "api-key", "uschedule-webhook" = "webhook" }
  }

  assert {
    condition = toset(keys(google_secret_manager_secret_iam_member.readers)) == toset([
      "channel-key/ingress", "channel-key/workers",
      "google-credentials/ingress", "google-credentials/workers",
      "sealing-keys/ingress", "sealing-keys/workers",
      "uschedule-api-key/ingress", "uschedule-api-key/workers",
      "uschedule-webhook/ingress",
    ])
    error_message = "A secret has a reader too many, or one too few."
  }

  assert {
    condition = alltrue([
      for key, member in google_secret_manager_secret_iam_member.readers :
      member.role == "roles/secretmanager.secretAccessor" &&
      member.secret_id == google_secret_manager_secret.secrets[split("/", key)[0]].id &&
      member.member == "serviceAccount:${local.services[split("/", key)[1]]}"
    ])
    error_message = "Somebody may do more with a secret than read it, or reads another than is said."
  }
}

run "a_secret_is_not_lost_by_mistake" {
  command = plan

  assert {
    condition     = alltrue([for secret in google_secret_manager_secret.secrets : secret.deletion_protection && secret.version_destroy_ttl == "2592000s"])
    error_message = "A secret could be deleted, or a version of it destroyed at once."
  }
}

run "a_use_that_is_unknown_is_refused" {
  command = plan

  variables {
    booking_system_secrets = { "some-key" = "anything" }
  }

  expect_failures = [var.booking_system_secrets]
}
