-- job_class: BackfillRouteNamespaceId
-- operation: update_all
-- feature_category: source_code_management
-- scope: source_type <> 'UnusedType'
UPDATE routes SET namespace_id = source_id, changes = changes + 1 WHERE ${subBatch}
