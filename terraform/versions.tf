terraform {
  # Tests give computed values to plans (`override_during`), which began with 1.11.
  required_version = ">= 1.11, < 2"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.30, < 9"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region

  default_labels = {
    app         = "dovetail"
    environment = var.environment
  }
}

data "google_project" "this" {
  project_id = var.project
  depends_on = [google_project_service.apis]
}
