# Who may call what, and who may read what. Nothing is created: the provider is a mock, and addresses are its own.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

override_resource {
  target          = google_service_account.ingress
  override_during = plan
  values          = { email = "ingress@test-project.iam.gserviceaccount.com", name = "accounts/ingress" }
}

override_resource {
  target          = google_service_account.workers
  override_during = plan
  values          = { email = "workers@test-project.iam.gserviceaccount.com", name = "accounts/workers" }
}

override_resource {
  target          = google_service_account.invoker
  override_during = plan
  values          = { email = "invoker@test-project.iam.gserviceaccount.com", name = "accounts/invoker" }
}

override_resource {
  target          = module.workers["reconcile-event"].google_cloudfunctions2_function.this
  override_during = plan
  values          = { service_config = { uri = "https://reconcile-event-ue.a.run.app" } }
}

override_resource {
  target          = module.workers["sync-feed"].google_cloudfunctions2_function.this
  override_during = plan
  values          = { service_config = { uri = "https://sync-feed-ue.a.run.app" } }
}

override_resource {
  target          = module.schedules["sweep"].google_cloudfunctions2_function.this
  override_during = plan
  values          = { service_config = { uri = "https://on-sweep-ue.a.run.app" } }
}

variables {
  project          = "test-project"
  region           = "us-east1"
  image            = "us-east1-docker.pkg.dev/test-project/dovetail/run-service:1"
  functions_source = "settings.json" # any file does
  alert_emails     = ["operations@example.com"]
}

run "nobody_but_the_invoker_calls_a_worker" {
  command = plan

  assert {
    condition = alltrue([
      for module in concat(values(module.workers), values(module.schedules)) :
      module.invoker.role == "roles/run.invoker" && module.invoker.member == "serviceAccount:${google_service_account.invoker.email}"
    ])
    error_message = "A worker or a schedule can be called by somebody else than the invoker."
  }

  assert {
    condition = alltrue([
      for module in concat(values(module.workers), values(module.schedules)) :
      module.service.ingress_settings == "ALLOW_INTERNAL_ONLY"
    ])
    error_message = "A worker or a schedule can be reached from the internet."
  }
}

run "only_run_service_is_public" {
  command = plan

  assert {
    condition = (
      google_cloud_run_v2_service_iam_member.everyone[0].member == "allUsers" &&
      google_cloud_run_v2_service_iam_member.everyone[0].name == "run-service"
    )
    error_message = "run-service cannot be called by the world, or something else can."
  }

  assert {
    condition     = google_storage_bucket.source.public_access_prevention == "enforced"
    error_message = "The functions' source could be made public."
  }
}

run "tokens_are_for_the_worker_they_are_sent_to" {
  command = plan

  assert {
    condition = alltrue([
      for queue, resource in google_cloud_tasks_queue.queues :
      resource.http_target[0].oidc_token[0].audience == module.workers[queue].uri &&
      "https://${resource.http_target[0].uri_override[0].host}" == module.workers[queue].uri &&
      resource.http_target[0].uri_override[0].uri_override_enforce_mode == "ALWAYS" &&
      resource.http_target[0].oidc_token[0].service_account_email == google_service_account.invoker.email
    ])
    error_message = "A queue delivers to another worker than its own, or with a token for another."
  }

  assert {
    condition = (
      google_cloud_tasks_queue.queues["reconcile-event"].http_target[0].oidc_token[0].audience == "https://reconcile-event-ue.a.run.app" &&
      google_cloud_tasks_queue.queues["reconcile-event"].http_target[0].uri_override[0].host == "reconcile-event-ue.a.run.app" &&
      google_cloud_tasks_queue.queues["sync-feed"].http_target[0].oidc_token[0].audience == "https://sync-feed-ue.a.run.app" &&
      google_cloud_scheduler_job.schedules["sweep"].http_target[0].uri == "https://on-sweep-ue.a.run.app"
    )
    error_message = "A queue or a schedule calls another function than its own."
  }

  assert {
    condition = alltrue([
      for name, job in google_cloud_scheduler_job.schedules :
      job.http_target[0].uri == module.schedules[name].uri &&
      job.http_target[0].oidc_token[0].audience == module.schedules[name].uri &&
      job.http_target[0].oidc_token[0].service_account_email == google_service_account.invoker.email
    ])
    error_message = "A schedule calls another function than its own, or with a token for another."
  }
}

run "services_run_as_accounts_of_their_own" {
  command = plan

  assert {
    condition = length(distinct([
      google_service_account.ingress.account_id,
      google_service_account.workers.account_id,
      google_service_account.invoker.account_id,
      google_service_account.build.account_id,
      google_service_account.calendar.account_id,
    ])) == 5
    error_message = "Two of the accounts are one."
  }

  assert {
    condition = (
      google_cloud_run_v2_service.ingress[0].template[0].service_account == google_service_account.ingress.email &&
      alltrue([for module in concat(values(module.workers), values(module.schedules)) : module.service.service_account_email == google_service_account.workers.email])
    )
    error_message = "A service runs as the account of another."
  }

  assert {
    condition     = toset([for member in google_project_iam_member.documents : member.role]) == toset(["roles/datastore.user"])
    error_message = "A service may do more with documents than read and write them."
  }
}

run "tasks_are_added_queue_by_queue" {
  command = plan

  assert {
    condition = alltrue([
      for key, member in google_cloud_tasks_queue_iam_member.enqueuers :
      member.role == "roles/cloudtasks.enqueuer" && member.name == split("/", key)[0]
    ]) && length(google_cloud_tasks_queue_iam_member.enqueuers) == 2 * length(google_cloud_tasks_queue.queues)
    error_message = "A service may do more with a queue than add to it, or not even that."
  }

  assert {
    condition     = alltrue([for member in google_service_account_iam_member.names_invoker : member.role == "roles/iam.serviceAccountUser" && member.service_account_id == google_service_account.invoker.name])
    error_message = "A service may act as another account than the invoker, or cannot name it in tasks."
  }
}
