# Documents: every index is made, every end of life set, and nothing is lost by mistake.

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

run "every_index_is_made" {
  command = plan

  assert {
    condition = toset([
      for index in google_firestore_index.indexes :
      jsonencode([index.collection, index.query_scope, [for field in index.fields : [field.field_path, field.order]]])
      ]) == toset([
      for index in jsondecode(file("../firestore.indexes.json")).indexes :
      jsonencode([index.collectionGroup, index.queryScope, [for field in index.fields : [field.fieldPath, field.order]]])
    ])
    error_message = "An index of firestore.indexes.json is not made, or one that is not there is."
  }

  assert {
    condition     = length(google_firestore_index.indexes) == length(jsondecode(file("../firestore.indexes.json")).indexes)
    error_message = "firestore.indexes.json names an index twice."
  }
}

run "every_field_has_its_indexes_or_none" {
  command = plan

  assert {
    condition = alltrue([
      for override in jsondecode(file("../firestore.indexes.json")).fieldOverrides :
      length(google_firestore_field.fields["${override.collectionGroup}.${override.fieldPath}"].index_config) == 1 &&
      length(google_firestore_field.fields["${override.collectionGroup}.${override.fieldPath}"].index_config[0].indexes) == length(override.indexes)
    ])
    error_message = "A field has other indexes than firestore.indexes.json gives it."
  }

  assert {
    condition = toset([for field in google_firestore_field.fields : field.collection if length(field.ttl_config) == 1]) == toset([
      "content", "deliveries", "feedHosts", "idempotency", "imports", "runs", "undo", "webhookDeliveries",
    ])
    error_message = "Documents of a collection that end by themselves would be kept for ever, or others would end."
  }

  assert {
    condition     = alltrue([for field in google_firestore_field.fields : field.field == "expireAt" if length(field.ttl_config) == 1])
    error_message = "Documents end by another field than expireAt."
  }
}

run "documents_are_not_lost_by_mistake" {
  command = plan

  assert {
    condition = (
      google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" &&
      google_firestore_database.this.deletion_policy == "ABANDON" &&
      google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED" &&
      google_cloud_run_v2_service.ingress[0].deletion_protection
    )
    error_message = "The database or run-service could be deleted."
  }

  assert {
    condition     = length(google_firestore_backup_schedule.daily.daily_recurrence) == 1 && length(google_firestore_backup_schedule.weekly.weekly_recurrence) == 1
    error_message = "There are no backups."
  }
}

run "the_rules_are_released_for_the_database" {
  command = plan

  assert {
    condition = (
      google_firebaserules_ruleset.firestore.source[0].files[0].content == file("../firestore.rules") &&
      google_firebaserules_release.firestore.name == "cloud.firestore"
    )
    error_message = "The database has other rules than firestore.rules."
  }
}

run "the_rules_are_released_for_a_named_database" {
  command = plan

  variables {
    database = "dovetail"
  }

  assert {
    condition     = google_firebaserules_release.firestore.name == "cloud.firestore/dovetail" && local.environment.DOVETAIL_DATABASE == "dovetail"
    error_message = "A database of another name is left without rules, or the services do not hear of it."
  }
}
