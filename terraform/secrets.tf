# Secrets without their values: those are added with gcloud (`terraform output next_steps`), so none is ever in a plan or
# in the state. The services read the newest version at run time, and again after minutes: no variable holds one.

locals {
  secrets = merge(
    {
      sealing-keys       = ["ingress", "workers"]
      google-credentials = ["ingress", "workers"]
      channel-key        = ["ingress", "workers"]
    },
    { for name, use in var.booking_system_secrets : name => use == "webhook" ? ["ingress"] : ["ingress", "workers"] },
  )

  secret_readers = merge([
    for name, readers in local.secrets : { for reader in readers : "${name}/${reader}" => { secret = name, reader = reader } }
  ]...)
}

resource "google_secret_manager_secret" "secrets" {
  for_each = local.secrets

  secret_id = each.key

  # Beside the services that read them. There is no rotation schedule, which would only tell a topic that nobody reads;
  # how each is changed is in docs/operations.md.
  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  # A destroyed version can be had back for a month: without its sealing key nothing that was sealed can be read.
  version_destroy_ttl = "2592000s"
  deletion_protection = var.deletion_protection

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.apis]
}

resource "google_secret_manager_secret_iam_member" "readers" {
  for_each = local.secret_readers

  secret_id = google_secret_manager_secret.secrets[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.services[each.value.reader]}"
}
