import { expect, test } from 'vitest';
import { ApiError, CancelledError, TargetError, TaskError } from '../../src/errors.ts';
import { ConnectionLost } from '../../src/hosts/lost.ts';
import { isTransient, mayHaveHappened, NoAnswer } from '../../src/pve/transient.ts';

const api = (status: number, message: string) =>
  new ApiError(message, { status, method: 'POST', path: '/x' });
const task = (message: string) => new TaskError(message, 'UPID:x');
const lost = (code: string, sent: boolean) => new TargetError('x', { cause: new NoAnswer(code, sent) });
const wrapped = new TargetError('x', {
  cause: new TargetError('y', { cause: new ConnectionLost('ECONNRESET', true) }),
});

test.each<[string, unknown, boolean, boolean]>([
  [
    'lock timeout',
    api(500, "can't lock file '/var/lock/qemu-server/lock-620.conf' - got timeout"),
    true,
    false,
  ],
  ['cfs lock', api(500, "cfs-lock 'file-user_cfg' error: got lock request timeout"), true, false],
  ['no quorum', api(500, 'cluster not ready - no quorum?'), true, false],
  [
    'cfs-locked, semantic',
    api(500, "error during cfs-locked 'storage-a' operation: volume already exists"),
    false,
    false,
  ],
  [
    'cfs-locked, unknown',
    api(500, "error during cfs-locked 'storage-a' operation: lvcreate failed"),
    true,
    true,
  ],
  ['monitor timeout', api(500, "VM 100 qmp command 'query-status' failed - got timeout"), true, true],
  ['unwell', api(500, 'Internal Server Error'), true, true],
  ['no text', api(500, 'status 500'), true, true],
  ['proxy, connecting', api(595, 'Connection refused'), true, false],
  ['proxy, waiting', api(596, 'Connection timed out'), true, true],
  ['gateway', api(504, 'Gateway Time-out'), true, true],
  ['exists', api(500, "unable to create VM 650 - VM 650 already exists on node 'pve'"), false, false],
  ['missing', api(500, "Configuration file 'nodes/pve/qemu-server/999.conf' does not exist"), false, false],
  ['digest', api(500, 'checksum mismatch (file change by other user?)'), false, false],
  ['root only', api(500, "only root can set 'args' config"), false, false],
  ['wrong node', api(500, "no such cluster node 'pve9'"), false, false],
  ['parameters', api(400, 'Parameter verification failed.'), false, false],
  ['permission', api(403, 'Permission check failed (/vms/100, VM.Clone)'), false, false],
  ['not implemented', api(501, "Method 'GET /x' not implemented"), false, false],
  ['task, lock', task("can't lock file '/var/lock/qemu-server/lock-1.conf' - got timeout"), true, false],
  ['task, semantic', task('shrinking disks is not supported'), false, false],
  ['task, killed', task('interrupted by signal'), false, true],
  ['refused', lost('ECONNREFUSED', false), true, false],
  ['unknown name', lost('ENOTFOUND', false), false, false],
  ['reset', lost('ECONNRESET', true), true, true],
  ['host, deep in the causes', wrapped, true, true],
  ['cancelled', new CancelledError('x', { cause: new NoAnswer('ABORTED', true) }), false, true],
  ['other', new TargetError('x'), false, false],
  ['no error of ours', new Error('x'), false, false],
  ['nothing', undefined, false, false],
])('%s', (_, error, transient, happened) => {
  expect([isTransient(error), mayHaveHappened(error)]).toEqual([transient, happened]);
});
