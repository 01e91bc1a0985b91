/* SPDX-License-Identifier: Apache-2.0 */
/* Zoom and search in the picture that this stands in. All it knows of a frame it takes from the boxes
 * and titles that are drawn; names are only ever set as text. */
(function () {
	'use strict';
	var svg = document.currentScript.ownerSVGElement;
	var rows = svg.getElementById('rows'), say = svg.getElementById('say');
	var hint = say.textContent, whole = hint + ' Click on a box, or press Enter, to zoom.';
	var signs = rows.getAttribute('data-signed') === '1' ? { g: '+ ', s: '- ', o: '= ' } : {};
	var full = Number(rows.getAttribute('data-width')), glyph = Number(rows.getAttribute('data-glyph'));
	var frames = [], above = [], focused;

	/* Row by row from the left: the caller of a frame is the one that its box hangs under. */
	Array.prototype.forEach.call(rows.children, function (row) {
		var callers = above, k = 0;

		above = [];

		Array.prototype.forEach.call(row.children, function (g) {
			var box = g.querySelector('rect'), title = g.querySelector('title').textContent;
			var f = {
				g: g, box: box, text: g.querySelector('text'), callees: [],
				name: title.split('\n')[0], title: title.replace('\n', ': '),
				x: Number(box.getAttribute('x')), w: Number(box.getAttribute('width')),
			};
			while (k + 1 < callers.length && callers[k + 1].x <= f.x + f.w / 2)
				k++;
			f.caller = callers[k];
			if (f.caller)
				f.caller.callees.push(f);
			g.flame = f;
			frames.push(f);
			above.push(f);
		});
	});
	focused = frames[0];

	/* As much of the name as the box has room for: without its folders, then cut. */
	function fit(f, w) {
		var n = Math.floor((w - 6) / glyph), name = f.name;
		var end = name.search(/[ (\[]/), slash = name.lastIndexOf('/', end < 0 ? name.length : end);
		var sign = signs[f.g.getAttribute('class').charAt(2)] || '';

		if (name.length + sign.length > n && slash >= 0)
			name = name.slice(slash + 1);
		name = sign + name;
		if (n < 3)
			return '';
		return name.length > n ? name.slice(0, n - 1) + '\u2026' : name;
	}

	function draw(f, x, w) {
		var text = fit(f, w);

		f.box.setAttribute('x', x);
		f.box.setAttribute('width', w);
		if (text && !f.text) {
			f.text = document.createElementNS(svg.namespaceURI, 'text');
			f.text.setAttribute('y', 12);
			f.g.appendChild(f.text);
		}
		if (f.text) {
			f.text.textContent = text;
			f.text.setAttribute('x', x + 3);
		}
	}

	function zoom(to) {
		var scale = full / to.w, below = [], f;

		for (f = to; f; f = f.caller)
			below.push(f);
		frames.forEach(function (f) {
			var up = below.indexOf(f) > 0;

			f.shown = up || f === to || (f.caller && f.caller.shown && below.indexOf(f.caller) < 1);
			f.g.classList.toggle('up', up);
			if (!f.shown) {
				f.g.setAttribute('display', 'none');
				return;
			}
			f.g.removeAttribute('display');
			if (up)
				draw(f, 0, full);
			else
				draw(f, (f.x - to.x) * scale, f.w * scale);
		});
		reset.disabled = to === frames[0];
	}

	/* Marks what matches, and says how much of the whole it is: what stands on a match is in it. */
	function search(words) {
		var match = null, found = 0, n = 0;

		if (words) {
			try {
				match = new RegExp(words, 'i');
			} catch (e) {
				match = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
			}
		}
		frames.forEach(function (f) {
			var hit = match !== null && match.test(f.name);

			f.found = hit || (f.caller && f.caller.found);
			n += hit;
			if (hit && !(f.caller && f.caller.found))
				found += f.w;
			f.g.classList.toggle('m', hit);
		});
		hint = match ? n + ' boxes match, ' + (100 * found / full).toFixed(1) + '% of the width' : whole;
		say.textContent = hint;
	}

	function focus(f) {
		if (!f || !f.shown)
			return;
		focused.g.setAttribute('tabindex', -1);
		focused = f;
		f.g.setAttribute('tabindex', 0);
		f.g.focus();
	}

	function beside(f, step) {
		var row = f.caller ? f.caller.callees : [f];

		return row[row.indexOf(f) + step];
	}

	function frame_of(event) {
		var g = event.target.closest && event.target.closest('.f');

		return g ? g.flame : null;
	}

	function tool(kind) {
		return document.createElementNS('http://www.w3.org/1999/xhtml', kind);
	}

	var place = document.createElementNS(svg.namespaceURI, 'foreignObject');
	var tools = tool('div'), input = tool('input'), reset = tool('button');

	place.setAttribute('x', full - 290);
	place.setAttribute('y', 6);
	place.setAttribute('width', 300);
	place.setAttribute('height', 30);
	tools.setAttribute('class', 'tools');
	input.setAttribute('type', 'search');
	input.setAttribute('placeholder', 'search: a regular expression');
	input.setAttribute('aria-label', 'search for functions');
	reset.setAttribute('type', 'button');
	reset.textContent = 'whole picture';
	tools.appendChild(input);
	tools.appendChild(reset);
	place.appendChild(tools);
	svg.appendChild(place);

	input.addEventListener('input', function () { search(input.value); });
	reset.addEventListener('click', function () { zoom(frames[0]); });
	rows.addEventListener('click', function (event) {
		var f = frame_of(event);

		if (f)
			zoom(f);
	});
	['mouseover', 'focusin'].forEach(function (kind) {
		rows.addEventListener(kind, function (event) {
			var f = frame_of(event);

			say.textContent = f ? f.title : hint;
		});
	});
	rows.addEventListener('mouseout', function () { say.textContent = hint; });
	rows.addEventListener('keydown', function (event) {
		var f = frame_of(event) || focused;

		switch (event.key) {
		case 'ArrowUp': focus(f.caller); break;
		case 'ArrowDown': focus(f.callees[0]); break;
		case 'ArrowLeft': focus(beside(f, -1)); break;
		case 'ArrowRight': focus(beside(f, 1)); break;
		case 'Enter': case ' ': zoom(f); break;
		case 'Escape': zoom(frames[0]); break;
		default: return;
		}
		event.preventDefault();
	});
	say.textContent = hint = whole;
	frames[0].g.setAttribute('tabindex', 0);
	zoom(frames[0]);
}());
