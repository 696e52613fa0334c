// Imported before Ink, whose colours are decided while it loads: without a terminal it would never use any.
process.env.FORCE_COLOR = '1';

export const forced = true;
