-- job_class: CopyColumnUsingBackgroundMigrationJob
-- operation: update_all
-- arguments: copy_from identifier, copy_to identifier
UPDATE ${table}
   SET ${copy_to} = ${copy_from}
 WHERE ${subBatch}
