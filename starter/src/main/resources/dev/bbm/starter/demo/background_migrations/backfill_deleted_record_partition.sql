-- job_class: BackfillDeletedRecordPartition
-- operation: update_all
-- feature_category: database
UPDATE loose_foreign_keys_deleted_records SET partition = primary_key_value % 7, changes = changes + 1 WHERE ${subBatch}
