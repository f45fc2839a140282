output "public_url" {
  description = "Where run-service is reached; /docs there describes the API."
  value       = local.public_url
}

output "webhook_urls" {
  description = "What to enter at those who call us. Calendars are told theirs by the service itself."
  value = {
    uschedule           = "${local.public_url}/webhook/uschedule/{tenant}"
    any_booking_app     = "${local.public_url}/webhook/bookings/{tenant}/{bookingSystem}"
    google_calendar     = "${local.public_url}/webhook/gcal"
    published_calendars = "${local.public_url}/ics/{token}.ics"
  }
}

output "share_calendars_with" {
  description = "Share calendars with this address, with the right to make changes to events."
  value       = google_service_account.calendar.email
}

output "image_repository" {
  description = "Where the image of run-service is pushed."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}/run-service"
}

output "domain_records" {
  description = "DNS records that `domain` needs."
  value       = try(google_cloud_run_domain_mapping.ingress[0].status[0].resource_records, [])
}

output "next_steps" {
  description = "What Terraform does not do: the values of secrets, which would otherwise lie in its state."
  value       = <<-EOT
    Secrets have no values until you add them, and run-service does not start before (tr keeps line ends out of keys):

      openssl rand -base64 32 | tr -d '\n' | gcloud secrets versions add sealing-keys --project=${var.project} --data-file=-
      openssl rand -hex 32 | tr -d '\n' | gcloud secrets versions add channel-key --project=${var.project} --data-file=-
      gcloud iam service-accounts keys create key.json --project=${var.project} --iam-account=${google_service_account.calendar.email}
      gcloud secrets versions add google-credentials --project=${var.project} --data-file=key.json && rm key.json
    %{for name in keys(var.booking_system_secrets)}
      printf %s 'VALUE' | gcloud secrets versions add ${name} --project=${var.project} --data-file=-
    %{endfor}
    Keep a copy of sealing-keys outside of this project: without it nothing that was sealed can be read.

    Push the image of run-service to ${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}/run-service
    and apply again with `image` set to it; schedules begin then.

    Share calendars with ${google_service_account.calendar.email}, create a tenant, and enter
    ${local.public_url}/webhook/uschedule/{tenant} at USchedule. Everything else: ${var.runbooks_url}
  EOT
}
