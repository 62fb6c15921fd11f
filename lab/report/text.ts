/** For people: tables and sentences. */
import { alertsText } from './alertsText.ts';
import { comparisonReport } from './comparisonReport.ts';
import { doctorReport } from './doctorReport.ts';
import type { Format, Render } from './format.ts';
import { demonstrationText } from './demonstrationText.ts';
import { lintText } from './lintText.ts';
import { meshReport } from './meshReport.ts';
import { listTable } from './listTable.ts';
import { outcomesTable } from './outcomesTable.ts';
import { predictionTable } from './predictionTable.ts';
import { recommendationReport } from './recommendationReport.ts';
import { recoveryReport } from './recoveryReport.ts';
import { summaryReport } from './summary.ts';
import { sweepTable } from './sweepTable.ts';
import { terminalReport } from './terminal.ts';

export const text: Format = {
  alone: false,
  renderers: {
    observation: afterProgress(terminalReport),
    summary: afterProgress(summaryReport),
    comparison: afterProgress(comparisonReport),
    outcomes: outcomesTable,
    prediction: predictionTable,
    sweep: sweepTable,
    recommendation: afterProgress(recommendationReport),
    recovery: afterProgress(recoveryReport),
    mesh: meshReport,
    lint: lintText,
    demonstration: afterProgress(demonstrationText),
    list: listTable,
    doctor: doctorReport,
    alerts: alertsText,
  },
  error: (_, message) => `${message}\n`,
};

/** Apart from what was said while it went on. */
function afterProgress<T>(render: Render<T>): Render<T> {
  return (document, colour) => `\n${render(document, colour)}`;
}
