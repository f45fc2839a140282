# One worker for each queue, as the code states them: settings.json is written from it by `npm run terraform:settings`,
# and a test fails while it is stale.

locals {
  settings = jsondecode(file("${path.module}/settings.json"))
  workers  = local.settings.workers

  # What all functions have in common.
  functions = {
    project         = var.project
    region          = var.region
    bucket          = google_storage_bucket.source.name
    object          = google_storage_bucket_object.functions.name
    repository      = google_artifact_registry_repository.images.id
    service_account = google_service_account.workers.email
    build_account   = google_service_account.build.id
    invoker         = google_service_account.invoker.email
    environment     = local.environment
  }
}

# A function is built, and started once, while it is made: what that takes must be granted before.
resource "terraform_data" "may_run" {
  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_log,
    google_project_iam_member.build_source,
    google_project_iam_member.documents,
    google_secret_manager_secret_iam_member.readers,
    google_storage_bucket_iam_member.build,
  ]
}

module "workers" {
  source   = "./modules/worker"
  for_each = local.workers

  name        = each.key
  description = "Worker of the queue ${each.key}."
  settings    = each.value
  deployment  = local.functions

  # Enough for all that the queue delivers at once, and one more while a new revision takes over.
  instances = {
    min = lookup(var.worker_min_instances, each.key, 0)
    max = ceil(each.value.queue.maxConcurrentDispatches / each.value.concurrency) + 1
  }

  depends_on = [terraform_data.may_run]
}
