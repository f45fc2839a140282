variable "alert_emails" {
  description = "Who is told when an alert fires. Nobody is told while this is empty."
  type        = set(string)
}

variable "runbooks_url" {
  description = "Where the alerts' runbooks are read: the address of docs/operations.md in your copy of the repository."
  type        = string
  default     = "docs/operations.md"
}

variable "thresholds" {
  description = "What alerts begin at."
  type = object({
    failed_share           = optional(number, 0.05)
    failed_at_least        = optional(number, 5)
    silence_hours          = optional(number, 2)
    conflicts_per_minute   = optional(number, 10)
    oldest_task_minutes    = optional(number, 10)
    queue_depth            = optional(number, 1000)
    troubled_feeds_an_hour = optional(number, 5)
    failed_feeds_share     = optional(number, 0.3)
  })
  default = {}
}

variable "goals" {
  description = "Service level objectives, as shares over 28 days."
  type = object({
    ingress_available = optional(number, 0.999)
    tasks_done        = optional(number, 0.99)
    tasks_on_time     = optional(number, 0.99)
  })
  default = {}
}

variable "budget" {
  description = "Monthly budget, told of at half, nine tenths and the whole of it. None when absent."
  type        = object({ billing_account = string, currency = string, amount = number })
  default     = null
}
