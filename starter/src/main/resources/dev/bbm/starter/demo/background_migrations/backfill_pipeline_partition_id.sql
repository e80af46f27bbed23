-- job_class: BackfillPipelinePartitionId
-- operation: update_all
-- feature_category: continuous_integration
UPDATE ci_pipelines SET partition_id = 100 + id % 3, changes = changes + 1 WHERE ${subBatch}
