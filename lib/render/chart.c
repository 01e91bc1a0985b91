/* SPDX-License-Identifier: Apache-2.0 */
#include "render/chart.h"

#include <math.h>

#define LABEL_WIDTH 8
#define EIGHTHS     8

static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const ascii[] = { " ", " ", " ", " ", "_", "_", "#", "#", "#" };

static double top_of(const struct ow_chart *chart)
{
	double top = chart->top;

	for (size_t i = 0; chart->top <= 0 && i < chart->n; i++) {
		top = fmax(top, isfinite(chart->value[i]) ? chart->value[i] : 0);
		if (chart->above && isfinite(chart->above[i]))
			top = fmax(top, chart->above[i]);
	}
	return top > 0 ? top : 1;
}

/* How many eighths of the row, which begins at so many, the value fills. What is there at all can
 * be seen. */
static size_t fill(double value, double top, size_t rows, size_t row)
{
	double eighths;

	if (!isfinite(value) || value < 0)
		return 0;
	eighths = fmax(fmin(value / top, 1) * (double)(rows * EIGHTHS), value > 0 ? 1 : 0);
	eighths = round(eighths) - (double)(row * EIGHTHS);
	return eighths <= 0 ? 0 : eighths >= EIGHTHS ? EIGHTHS : (size_t)eighths;
}

static const char *cell(const struct ow_chart *chart, double top, size_t column, size_t row)
{
	const size_t value = fill(chart->value[column], top, chart->rows, row);
	const size_t above = chart->above ? fill(chart->above[column], top, chart->rows, row) : 0;

	if (value == 0 && above >= EIGHTHS / 2)
		return chart->ascii ? "." : "░";
	return chart->ascii ? ascii[value] : blocks[value];
}

void ow_chart_write(const struct ow_chart *chart, size_t indent, FILE *out)
{
	const double top = top_of(chart);

	for (size_t row = chart->rows; row-- > 0;) {
		const char *label = row + 1 == chart->rows ? chart->label : row == 0 ? "0" : "";
		size_t last = chart->n;

		while (last > 0 && *cell(chart, top, last - 1, row) == ' ')
			last--;
		(void)fprintf(out, "%*s%*s %s", (int)indent, "", LABEL_WIDTH, label,
			      chart->ascii ? "|" : "┤");
		for (size_t i = 0; i < last; i++)
			fputs(cell(chart, top, i, row), out);
		fputs("\n", out);
	}
}
