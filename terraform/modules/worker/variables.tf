variable "name" {
  description = "Name of the function, and so of its Cloud Run service. Lower case, for that is what services are named in."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}[a-z0-9]$", var.name))
    error_message = "A name is lower-case letters, digits and hyphens, at most 49 of them."
  }
}

variable "description" {
  description = "What the function is for, in the words an operator sees."
  type        = string
}

variable "settings" {
  description = "What the code asks for, from settings.json."
  type = object({
    entryPoint     = string
    timeoutSeconds = number
    concurrency    = number
    cpu            = number
    memory         = string
  })
}

variable "instances" {
  description = "How many instances are kept warm, and how many there may be."
  type        = object({ min = number, max = number })
}

variable "deployment" {
  description = "What all functions have in common: where their source lies, who they run as, who may call them."
  type = object({
    project         = string
    region          = string
    bucket          = string
    object          = string
    repository      = string
    service_account = string
    build_account   = string
    invoker         = string
    environment     = map(string)
  })
}
