# Queues, schedules and functions belong together, and are as the code states them.

mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  project          = "test-project"
  region           = "us-east1"
  image            = "us-east1-docker.pkg.dev/test-project/dovetail/run-service:1"
  functions_source = "settings.json"
  alert_emails     = []
}

run "every_queue_has_its_worker_and_every_schedule_its_function" {
  command = plan

  assert {
    condition = (
      toset([for queue in google_cloud_tasks_queue.queues : queue.name]) == toset(keys(local.settings.workers)) &&
      toset([for module in module.workers : module.name]) == toset(keys(local.settings.workers))
    )
    error_message = "A queue has no worker, or a worker no queue."
  }

  assert {
    condition = (
      toset([for job in google_cloud_scheduler_job.schedules : job.name]) == toset(keys(local.settings.schedules)) &&
      toset([for module in module.schedules : module.name]) == toset([for name in keys(local.settings.schedules) : "on-${name}"])
    )
    error_message = "A schedule has no function, or a function no schedule."
  }

  assert {
    condition     = length(setintersection(toset([for module in module.workers : module.name]), toset([for module in module.schedules : module.name]))) == 0
    error_message = "A worker and a schedule's function have one name."
  }
}

run "queues_deliver_as_the_code_states" {
  command = plan

  assert {
    condition = alltrue([
      for name, queue in google_cloud_tasks_queue.queues : (
        queue.rate_limits[0].max_concurrent_dispatches == local.settings.workers[name].queue.maxConcurrentDispatches &&
        queue.rate_limits[0].max_dispatches_per_second == local.settings.workers[name].queue.maxDispatchesPerSecond &&
        queue.retry_config[0].max_attempts == local.settings.workers[name].queue.maxAttempts &&
        queue.retry_config[0].min_backoff == "${local.settings.workers[name].queue.minBackoffSeconds}s" &&
        queue.retry_config[0].max_backoff == "${local.settings.workers[name].queue.maxBackoffSeconds}s" &&
        queue.retry_config[0].max_doublings == local.settings.workers[name].queue.maxDoublings
      )
    ])
    error_message = "A queue delivers otherwise than the code states."
  }
}

run "functions_run_as_the_code_states" {
  command = plan

  assert {
    condition = alltrue(concat(
      [
        for name, module in module.workers :
        module.build.entry_point == local.settings.workers[name].entryPoint &&
        module.service.timeout_seconds == local.settings.workers[name].timeoutSeconds &&
        module.service.max_instance_request_concurrency == local.settings.workers[name].concurrency &&
        module.service.max_instance_request_concurrency * module.service.max_instance_count >= local.settings.workers[name].queue.maxConcurrentDispatches
      ],
      [
        for name, module in module.schedules :
        module.build.entry_point == local.settings.schedules[name].entryPoint &&
        module.service.timeout_seconds == local.settings.schedules[name].timeoutSeconds
      ],
    ))
    error_message = "A function runs otherwise than the code states, or its instances cannot take what its queue delivers."
  }

  assert {
    condition     = alltrue([for module in concat(values(module.workers), values(module.schedules)) : module.service.max_instance_request_concurrency > 1 && module.build.runtime == "nodejs24"])
    error_message = "A function serves one request at a time, or runs on another Node than the project's."
  }
}

run "schedules_fire_as_the_code_states" {
  command = plan

  assert {
    condition = alltrue([
      for name, job in google_cloud_scheduler_job.schedules :
      job.schedule == local.settings.schedules[name].job.cron &&
      job.time_zone == "UTC" &&
      job.retry_config[0].retry_count == local.settings.schedules[name].job.retryCount &&
      tonumber(trimsuffix(job.attempt_deadline, "s")) > local.settings.schedules[name].timeoutSeconds &&
      !job.paused
    ])
    error_message = "A schedule fires otherwise than the code states, or is given up before its function ends."
  }
}

run "a_changed_bundle_is_a_new_deployment" {
  command = plan

  assert {
    condition     = google_storage_bucket_object.functions.name == "functions-${filesha256("settings.json")}.zip"
    error_message = "The bundle's name does not tell its content."
  }
}

run "a_bundle_that_is_missing_is_named" {
  command = plan

  variables {
    functions_source = "no-such-file.zip"
  }

  expect_failures = [var.functions_source]
}

run "the_first_apply_needs_no_image_and_starts_nothing" {
  command = plan

  variables {
    image = null
  }

  assert {
    condition     = length(google_cloud_run_v2_service.ingress) == 0 && alltrue([for job in google_cloud_scheduler_job.schedules : job.paused])
    error_message = "Something starts before the secrets hold anything."
  }

  assert {
    condition     = length(google_secret_manager_secret.secrets) > 0 && google_artifact_registry_repository.images.format == "DOCKER"
    error_message = "There is nowhere to put secrets and images."
  }
}

run "an_image_that_moves_is_refused" {
  command = plan

  variables {
    image = "us-east1-docker.pkg.dev/test-project/dovetail/run-service:latest"
  }

  expect_failures = [var.image]
}
