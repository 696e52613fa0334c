import { expect, test } from 'vitest';
import { fillVariables } from '../../src/butane/variables.ts';

const vars = { vm_name: 'edge-1', vm_id: '9101', mine: 'x: ä' };
const open = '$\u007b';

test('values stand for their names, as often as those occur', () => {
  const source = `name: ${open}vm_name}-${open}vm_id} ${open}mine}${open}mine}`;
  expect(fillVariables(source, { vars })).toEqual({ text: 'name: edge-1-9101 x: äx: ä', issues: [] });
});

test('a doubled dollar stands for itself before a brace, and nowhere else', () => {
  const source = `$${open}HOME} $$ $x $(date) $${open}`;
  expect(fillVariables(source, { vars }).text).toBe(`${open}HOME} $$ $x $(date) ${open}`);
});

test('a value is not looked into again', () => {
  expect(fillVariables(`${open}a}`, { vars: { a: `${open}a}` } }).text).toBe(`${open}a}`);
});

test('unknown names and loose openings are issues with their place', () => {
  const source = `a: 1\nb😀: ${open}vm_nam} ${open}toString}\nc: ${open}X:-y}`;
  const { text, issues } = fillVariables(source, { vars: { vm_name: 'n' }, file: 'server.bu' });
  expect(text).toBe(source);
  expect(issues).toEqual([
    {
      severity: 'error',
      file: 'server.bu',
      line: 2,
      column: 5,
      message: `unknown variable ${open}vm_nam}: known are ${open}vm_name}; write $${open} where a literal ${open} is meant`,
    },
    expect.objectContaining({ line: 2, column: 15 }),
    {
      severity: 'error',
      file: 'server.bu',
      line: 3,
      column: 4,
      message: `'${open}' does not start a variable; write $${open} where a literal ${open} is meant`,
    },
  ]);
});
