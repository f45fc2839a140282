variable "project" {
  description = "Google Cloud project of this installation. One project holds one installation."
  type        = string
}

variable "region" {
  description = "Region of services, functions, queues and secrets, such as us-east1."
  type        = string
}

variable "environment" {
  description = "What the installation is for; a label on everything, and part of the alerts' names."
  type        = string
  default     = "prod"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.environment))
    error_message = "A label is made of lower-case letters, digits and hyphens."
  }
}

variable "image" {
  description = "Container image of run-service in the repository that `terraform output image_repository` names, by digest or by a tag that never moves. Absent only on the first apply, which makes that repository and the secrets: the service does not start before they hold something, and schedules wait for it."
  type        = string
  default     = null

  validation {
    condition     = var.image == null || can(regex("(@sha256:[0-9a-f]{64}|:[^:/@]+)$", var.image)) && !endswith(coalesce(var.image, "-"), ":latest")
    error_message = "Name the image by digest or by a tag of its own: `latest` would not tell Terraform that it has changed."
  }
}

variable "functions_source" {
  description = "Zip of the functions, which `npm run bundle` writes; the path is relative to terraform/."
  type        = string
  default     = "../dist/functions.zip"

  validation {
    condition     = fileexists(var.functions_source)
    error_message = "There is no such file. Run `npm ci && npm run bundle` in the project's folder first."
  }
}

variable "public_url" {
  description = "Address under which the world reaches run-service, when it is not Cloud Run's own: a load balancer's, or that of `domain`."
  type        = string
  default     = null

  validation {
    condition     = var.public_url == null || can(regex("^https://[^/]+$", var.public_url))
    error_message = "The address begins with https:// and ends without a slash; calendars push to no other."
  }
}

variable "domain" {
  description = "A verified domain of yours to be mapped to run-service; where Cloud Run offers no domain mappings, put a load balancer in front and name it in `public_url`."
  type        = string
  default     = null
}

variable "database" {
  description = "Firestore database."
  type        = string
  default     = "(default)"
}

variable "firestore_location" {
  description = "Where documents are kept, for ever: a region, or a multi-region such as nam5 or eur3. The region when absent."
  type        = string
  default     = null
}

variable "booking_system_secrets" {
  description = "Secrets that the configuration of tenants' booking systems names: `api-key` is used by all services, `webhook` verifies what comes in."
  type        = map(string)
  default = {
    "uschedule-api-key" = "api-key"
    "uschedule-webhook" = "webhook"
  }

  validation {
    condition     = alltrue([for use in values(var.booking_system_secrets) : contains(["api-key", "webhook"], use)])
    error_message = "A secret is used as `api-key` or as `webhook`."
  }
}

variable "ingress_instances" {
  description = "Instances of run-service. With a minimum of one no webhook waits for a cold start."
  type        = object({ min = number, max = number })
  default     = { min = 0, max = 10 }
}

variable "worker_min_instances" {
  description = "Instances kept warm, by queue; none for those not named."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for queue in keys(var.worker_min_instances) : contains(keys(local.workers), queue)])
    error_message = "There is no such queue; see settings.json."
  }
}

variable "queue_log_ratio" {
  description = "Share of queue operations that Cloud Tasks itself logs, from 0 to 1. The workers log every task anyway."
  type        = number
  default     = 0.1
}

variable "deletion_protection" {
  description = "Whether Google refuses to delete the database, the secrets and the service. Only an installation that may be lost says false."
  type        = bool
  default     = true
}
