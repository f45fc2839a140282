output "name" {
  description = "Name of the function and of its Cloud Run service."
  value       = google_cloudfunctions2_function.this.name
}

output "uri" {
  description = "Its run.app address: where it is called, and the audience its callers' tokens must have."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}

output "invoker" {
  description = "Who may call it, and as what."
  value = {
    role   = google_cloud_run_v2_service_iam_member.invoker.role
    member = google_cloud_run_v2_service_iam_member.invoker.member
  }
}

output "build" {
  description = "How it is built."
  value       = google_cloudfunctions2_function.this.build_config[0]
}

output "service" {
  description = "How it runs."
  value       = google_cloudfunctions2_function.this.service_config[0]
}
