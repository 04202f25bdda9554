/** Fits quantized linear widths to the published models, of which only RegNets were made by them. Usage: npx tsx fit-widths.ts */
import { fitWidths } from '@netspace/network/fit';
import { quantizeWidths } from '@netspace/network/quantize';
import { findModel } from '@netspace/network/zoo';

for (const name of ['RegNetX-200MF', 'RegNetY-8.0GF', 'ResNet-50', 'ResNeXt-101']) {
  const fit = fitWidths(findModel(name).network);
  const { depth, initialWidth, widthSlope, widthMultiplier, fitError } = fit;
  const line = `w0 ${initialWidth}, wa ${widthSlope.toFixed(1)}, wm ${widthMultiplier}`;
  console.log(`${name}: ${depth} blocks, ${line}; its widths are missed by ${(100 * fitError).toFixed(1)} %`);
  console.log(
    `  predicted: ${quantizeWidths(fit)
      .stages.map(({ width }) => width)
      .join(', ')}`,
  );
}
