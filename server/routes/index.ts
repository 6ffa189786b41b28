import type { Endpoint } from '../http/endpoint.ts';
import { addImageEndpoint } from './add-image.ts';
import { addAuditEndpoint } from './audits/add-audit.ts';
import { cancelAuditEndpoint } from './audits/cancel-audit.ts';
import { getAuditEndpoint } from './audits/get-audit.ts';
import { getAuditPageEndpoint } from './audits/get-page.ts';
import { listAuditsEndpoint } from './audits/list-audits.ts';
import { countEndpoint } from './count.ts';
import { duplicatesEndpoint } from './duplicates.ts';
import { getImageEndpoint } from './get-image.ts';
import { healthzEndpoint, readyzEndpoint } from './health.ts';
import { addJobEndpoint } from './jobs/add-job.ts';
import { cancelJobEndpoint } from './jobs/cancel-job.ts';
import { getJobEndpoint } from './jobs/get-job.ts';
import { jobEventsEndpoint } from './jobs/job-events.ts';
import { listJobsEndpoint } from './jobs/list-jobs.ts';
import { addScheduleEndpoint, listSchedulesEndpoint, removeScheduleEndpoint } from './jobs/schedules.ts';
import { listImagesEndpoint } from './list-images.ts';
import { metricsEndpoint } from './metrics.ts';
import { cancelPromotionEndpoint } from './models/cancel-promotion.ts';
import { listModelsEndpoint } from './models/list-models.ts';
import { promoteModelEndpoint } from './models/promote-model.ts';
import { rollbackModelEndpoint } from './models/rollback-model.ts';
import { describeEndpoints } from './openapi.ts';
import { probeEndpoint } from './probe.ts';
import { putImageEndpoint } from './put-image.ts';
import { removeImageEndpoint } from './remove-image.ts';
import { samplesEndpoint } from './samples.ts';
import { searchEndpoint } from './search.ts';
import { createSnapshotEndpoint } from './snapshots/create-snapshot.ts';
import { listSnapshotsEndpoint } from './snapshots/list-snapshots.ts';

const served: readonly Endpoint[] = [
  searchEndpoint,
  listImagesEndpoint,
  addImageEndpoint,
  getImageEndpoint,
  putImageEndpoint,
  removeImageEndpoint,
  duplicatesEndpoint,
  countEndpoint,
  samplesEndpoint,
  probeEndpoint,
  listAuditsEndpoint,
  addAuditEndpoint,
  // Before the other one, of which its path would be an id.
  getAuditPageEndpoint,
  getAuditEndpoint,
  cancelAuditEndpoint,
  listModelsEndpoint,
  promoteModelEndpoint,
  rollbackModelEndpoint,
  cancelPromotionEndpoint,
  listSnapshotsEndpoint,
  createSnapshotEndpoint,
  listJobsEndpoint,
  addJobEndpoint,
  getJobEndpoint,
  cancelJobEndpoint,
  jobEventsEndpoint,
  listSchedulesEndpoint,
  addScheduleEndpoint,
  removeScheduleEndpoint,
  healthzEndpoint,
  readyzEndpoint,
  metricsEndpoint,
];

/** The HTTP interface (docs/api.md); each line of the access table is one of these. */
export const endpoints: readonly Endpoint[] = [...served, ...describeEndpoints(served)];
