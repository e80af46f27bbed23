-- job_class: BackfillBuildProjectId
-- operation: update_all
-- feature_category: continuous_integration
UPDATE ci_builds SET project_id = commit_id / 10, changes = changes + 1 WHERE ${subBatch}
