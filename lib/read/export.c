/* SPDX-License-Identifier: Apache-2.0 */
#include "read/export.h"

#include <jansson.h>

enum have {
	HAVE_REALTIME = 1 << 0,
	HAVE_MONOTONIC = 1 << 1,
	HAVE_SOURCE = 1 << 2,
	HAVE_PRIORITY = 1 << 3,
	HAVE_FACILITY = 1 << 4,
};

bool ow_export_begins(struct ow_str line)
{
	return ow_scan_lit(&line, "__CURSOR=") || ow_scan_lit(&line, "__REALTIME_TIMESTAMP=") ||
	       ow_scan_lit(&line, "__MONOTONIC_TIMESTAMP=") || ow_scan_lit(&line, "__SEQNUM=");
}

void ow_export_clear(struct ow_export *x)
{
	x->have = 0;
	x->kernel = x->cut = x->verbose = false;
	x->boot_id[0] = '\0';
	x->host[0] = x->identifier[0] = x->comm[0] = x->exe[0] = x->unit[0] = x->pid[0] = '\0';
	x->n_message = x->message_line = 0;
	x->n_length = 0;
	x->n_value = 0;
}

static void set_u64(struct ow_export *x, struct ow_str value, uint64_t *field, unsigned have)
{
	if (ow_scan_u64(&value, field) && value.n == 0)
		x->have |= have;
}

static void set_small(struct ow_export *x, struct ow_str value, unsigned *field, unsigned have)
{
	uint64_t number;

	if (ow_scan_u64(&value, &number) && value.n == 0 && number < 128) {
		*field = (unsigned)number;
		x->have |= have;
	}
}

static void add_message(struct ow_export *x, struct ow_str bytes)
{
	size_t room = sizeof(x->message) - x->n_message;

	x->cut |= bytes.n > room;
	if (bytes.n > room)
		bytes.n = room;
	if (bytes.n)
		memcpy(x->message + x->n_message, bytes.p, bytes.n);
	x->n_message += bytes.n;
}

static bool set_text(struct ow_export *x, struct ow_str name, struct ow_str value)
{
	const struct {
		const char *name;
		char *text;
		size_t size;
	} fields[] = {
		{ "_BOOT_ID", x->boot_id, sizeof(x->boot_id) },
		{ "_HOSTNAME", x->host, sizeof(x->host) },
		{ "SYSLOG_IDENTIFIER", x->identifier, sizeof(x->identifier) },
		{ "_COMM", x->comm, sizeof(x->comm) },
		{ "_EXE", x->exe, sizeof(x->exe) },
		{ "_SYSTEMD_UNIT", x->unit, sizeof(x->unit) },
		{ "_PID", x->pid, sizeof(x->pid) },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		if (!ow_str_is(name, fields[i].name))
			continue;
		if (value.n < fields[i].size && !memchr(value.p, '\0', value.n)) {
			memcpy(fields[i].text, value.p, value.n);
			fields[i].text[value.n] = '\0';
		}
		return true;
	}
	return false;
}

static void set_field(struct ow_export *x, struct ow_str name, struct ow_str value, size_t number)
{
	if (set_text(x, name, value))
		return;
	if (ow_str_is(name, "MESSAGE")) {
		x->n_message = 0;
		x->message_line = number;
		add_message(x, value);
	} else if (ow_str_is(name, "__REALTIME_TIMESTAMP")) {
		set_u64(x, value, &x->realtime_usec, HAVE_REALTIME);
	} else if (ow_str_is(name, "__MONOTONIC_TIMESTAMP")) {
		set_u64(x, value, &x->monotonic_usec, HAVE_MONOTONIC);
	} else if (ow_str_is(name, "_SOURCE_MONOTONIC_TIMESTAMP")) {
		set_u64(x, value, &x->source_usec, HAVE_SOURCE);
	} else if (ow_str_is(name, "PRIORITY")) {
		set_small(x, value, &x->priority, HAVE_PRIORITY);
	} else if (ow_str_is(name, "SYSLOG_FACILITY")) {
		set_small(x, value, &x->facility, HAVE_FACILITY);
	} else if (ow_str_is(name, "_TRANSPORT")) {
		x->kernel = ow_str_is(value, "kernel");
	}
}

static bool is_name(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'A' && c <= 'Z') && c != '_' && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return s.n > 0 && s.n <= 64; /* as journald has it */
}

enum ow_export_what ow_export_line(struct ow_export *x, struct ow_str line, size_t number)
{
	struct ow_str value = line, name;

	if (x->verbose && x->in_message && (line.n == 0 || line.p[0] != ' ')) {
		add_message(x, OW_STR("\n"));
		add_message(x, line);
		return OW_EXPORT_FIELD;
	}
	if (line.n == 0)
		return OW_EXPORT_ENTRY;
	if (x->verbose)
		value = line = ow_str_trim(line);
	if (!ow_scan_until(&value, "=", &name)) {
		if (!is_name(line))
			return OW_EXPORT_NONE;
		x->in_message = ow_str_is(line, "MESSAGE");
		x->n_length = 0;
		return OW_EXPORT_VALUE;
	}
	if (!is_name(name))
		return OW_EXPORT_NONE;
	set_field(x, name, value, number);
	x->in_message = ow_str_is(name, "MESSAGE");
	return OW_EXPORT_FIELD;
}

bool ow_export_verbose(struct ow_str line)
{
	struct ow_str date;

	return line.n > 40 && line.p[line.n - 1] == ']' && ow_scan_until(&line, " [s=", &date) &&
	       date.n < 64 && date.n > 18 && memchr(date.p, ':', date.n);
}

void ow_export_begin(struct ow_export *x, struct ow_str line)
{
	struct ow_str monotonic = line, realtime = line, front;

	ow_export_clear(x);
	x->verbose = true;
	x->in_message = false;
	if (ow_scan_until(&monotonic, ";m=", &front) && ow_scan_hex(&monotonic, &x->monotonic_usec))
		x->have |= HAVE_MONOTONIC;
	if (ow_scan_until(&realtime, ";t=", &front) && ow_scan_hex(&realtime, &x->realtime_usec))
		x->have |= HAVE_REALTIME;
}

/* A message that is no UTF-8, or has control bytes in it, is a list of bytes. */
static size_t bytes_of(const json_t *list, char *buffer, size_t size)
{
	size_t n = json_array_size(list);

	if (n > size)
		n = size;
	for (size_t i = 0; i < n; i++)
		buffer[i] = (char)json_integer_value(json_array_get(list, i));
	return n;
}

/* An entry of journalctl -o json. */
static bool set_journal(struct ow_export *x, json_t *object, size_t number)
{
	json_t *value = json_object_get(object, "MESSAGE");
	const char *name;

	if (!json_is_string(value) && !json_is_array(value))
		return false;
	ow_export_clear(x);
	if (json_is_array(value)) {
		x->message_line = number;
		x->n_message = bytes_of(value, x->message, sizeof(x->message));
	}
	json_object_foreach(object, name, value)
	{
		if (json_is_string(value))
			set_field(x, ow_str(name),
				  (struct ow_str){ json_string_value(value),
						   json_string_length(value) },
				  number);
	}
	return true;
}

/* One of dmesg -J: {"pri": 4, "time": 12.345678, "msg": "..."}. With -F the first one has all that
 * is behind it in its text, too. */
static bool set_dmesg(struct ow_export *x, const json_t *object, size_t number)
{
	const json_t *time = json_object_get(object, "time"), *msg = json_object_get(object, "msg");
	struct ow_str text, first;

	if (!json_is_number(time) || !json_is_string(msg) || json_number_value(time) < 0 ||
	    json_number_value(time) > UINT32_MAX)
		return false;
	ow_export_clear(x);
	text = (struct ow_str){ json_string_value(msg), json_string_length(msg) };
	if (ow_scan_until(&text, "\n<", &first))
		text = first;
	set_field(x, OW_STR("MESSAGE"), text, number);
	x->source_usec = (uint64_t)(json_number_value(time) * 1e6 + 0.5);
	x->have |= HAVE_SOURCE;
	x->kernel = true;
	if (json_is_string(json_object_get(object, "fac")))
		x->kernel = strcmp(json_string_value(json_object_get(object, "fac")), "kern") == 0;
	return true;
}

bool ow_export_json(struct ow_export *x, struct ow_str line, size_t number)
{
	bool journal = ow_str_has(line, "\"MESSAGE\""), taken = false;
	json_t *object = NULL;

	if (line.n > 2 && line.p[0] == '{' && (journal || ow_str_has(line, "\"msg\"")))
		object = json_loadb(line.p, line.n, 0, NULL);
	if (object)
		taken = journal ? set_journal(x, object, number) : set_dmesg(x, object, number);
	json_decref(object);
	return taken;
}

static size_t count_feeds(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	size_t feeds = 0;

	for (size_t i = 0; i < n; i++)
		feeds += p[i] == '\n';
	return feeds;
}

/* The length is read: is it one? */
static bool begin_value(struct ow_export *x, size_t number)
{
	uint64_t n = 0;

	for (size_t i = sizeof(x->length); i-- > 0;)
		n = n << 8 | x->length[i];
	if (n > OW_EXPORT_VALUE_MAX)
		return false;
	x->n_value = n + 1;
	if (x->in_message) {
		x->n_message = 0;
		x->message_line = number + 1 + count_feeds(x->length, sizeof(x->length));
	}
	return true;
}

size_t ow_export_value(struct ow_export *x, struct ow_str bytes, size_t number,
		       enum ow_export_what *ret)
{
	size_t taken = 0, n;

	*ret = OW_EXPORT_VALUE;
	while (x->n_length < sizeof(x->length) && taken < bytes.n) {
		x->length[x->n_length++] = (unsigned char)bytes.p[taken++];
		if (x->n_length == sizeof(x->length) && !begin_value(x, number)) {
			*ret = OW_EXPORT_NONE;
			return taken;
		}
	}
	if (x->n_length < sizeof(x->length))
		return taken;
	n = bytes.n - taken < x->n_value ? bytes.n - taken : (size_t)x->n_value;
	x->n_value -= n;
	if (x->in_message && n)
		add_message(x, (struct ow_str){ bytes.p + taken, n - (x->n_value == 0) });
	if (x->n_value == 0)
		*ret = OW_EXPORT_FIELD;
	return taken + n;
}

/* Is path the program's, in a folder that only root writes to? */
static bool is_installed(const char *path, const char *program)
{
	static const char *const folders[] = { "/usr/", "/bin/", "/sbin/", "/lib/", "/opt/" };
	const char *name = strrchr(path, '/');
	bool system = false;

	for (size_t i = 0; i < OW_ARRAY_SIZE(folders); i++)
		system |= strncmp(path, folders[i], strlen(folders[i])) == 0;
	return system && name && strcmp(name + 1, program) == 0;
}

/* "earlyoom.service", "nohang-desktop.service" */
static bool is_unit_of(const char *unit, const char *program)
{
	const size_t n = strlen(program);

	return strncmp(unit, program, n) == 0 && strchr(".-@", unit[n]) && unit[n];
}

/* Anybody can call himself anything (logger -t), and name a process as he likes; journald asks the
 * kernel for the executable and for the unit. */
static void set_program(const struct ow_export *x, struct ow_line *line)
{
	const char *program = x->comm[0] ? x->comm : x->identifier;

	line->program = ow_str(program);
	if (x->comm[0] && (is_installed(x->exe, program) || is_unit_of(x->unit, program)))
		line->have |= OW_LINE_VERIFIED;
}

void ow_export_entry(const struct ow_export *x, const struct ow_line_clock *clock,
		     struct ow_line *ret)
{
	struct ow_line line = { .have = OW_LINE_WRAPPED };

	line.boot_id = ow_str(strlen(x->boot_id) == sizeof(x->boot_id) - 1 ? x->boot_id : "");
	line.host = ow_str(x->host);
	set_program(x, &line);
	line.number = x->message_line;
	if (x->have & HAVE_PRIORITY) {
		line.priority = x->priority;
		line.facility = x->have & HAVE_FACILITY ? x->facility : 0;
		line.have |= OW_LINE_PRIORITY;
	}
	if (x->have & HAVE_SOURCE) {
		line.boot_usec = x->source_usec;
		line.have |= OW_LINE_BOOT;
	}
	if ((x->have & HAVE_REALTIME) && x->realtime_usec <= INT64_MAX) {
		line.time_usec = (int64_t)x->realtime_usec;
		if ((x->have & HAVE_SOURCE) && (x->have & HAVE_MONOTONIC) &&
		    x->monotonic_usec >= x->source_usec &&
		    x->monotonic_usec - x->source_usec <= x->realtime_usec)
			line.time_usec -= (int64_t)(x->monotonic_usec - x->source_usec);
		line.have |= OW_LINE_TIME;
	} else if ((line.have & OW_LINE_BOOT) && clock->has_boot &&
		   line.boot_usec <= INT64_MAX / 2) {
		line.time_usec = clock->boot_time_usec + (int64_t)line.boot_usec;
		line.have |= OW_LINE_TIME;
	}
	if (!x->kernel || ((x->have & HAVE_FACILITY) && x->facility != 0))
		line.have |= OW_LINE_FOREIGN;
	*ret = line;
}
