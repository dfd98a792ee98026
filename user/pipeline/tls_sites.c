/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In this order: the lease, so that nobody writes; the file's identity once more, so that nobody
 * has written; then the probes.
 */
#include "user/pipeline/tls_sites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/host/expedite.h"
#include "user/host/lease.h"
#include "user/pipeline/program_reason.h"

#define SITES_MAX (GOBIN_PLACES * GOBIN_RETURNS_MAX)

void tls_layout(const struct gobin_report *report, struct go_layout *out)
{
	const struct gobin_layout *from = &report->layout;

	out->types = report->types;
	out->handshake_returns_to = report->exit.returns_to;
	out->tls_g = report->tls_g;
	out->g_m = from->g_m;
	out->g_goid = from->g_goid;
	out->m_g0 = from->m_g0;
	out->m_gsignal = from->m_gsignal;
	out->m_curg = from->m_curg;
	out->conn_version = from->conn_vers;
	out->conn_cipher_suite = from->conn_cipher_suite;
	out->conn_did_resume = from->conn_did_resume;
	out->conn_curve = from->conn_curve_id;
	out->conn_server_name = from->conn_server_name;
	out->conn_alpn = from->conn_client_protocol;
	out->context_error = from->ctx_err;
	out->context_error_is_eface = from->ctx_err_is_eface;
	out->certificate_not_before = from->cert_not_before;
	out->certificate_not_after = from->cert_not_after;
	out->g_parent = from->g_parent;
	out->g_start = from->g_start;
	out->conn_config = from->conn_config;
	out->config_min_version = from->config_min_version;
}

struct sites {
	struct source_site entries[GOBIN_PLACES];
	struct source_site returns[SITES_MAX];
	size_t entry_count;
	size_t return_count;
};

/* Handshakes of both sides end at the exit, if there is one, or else at their own returns. */
static void add_sites(struct sites *sites, const struct gobin_function *function,
		      const struct gobin_exit *exit, uint32_t program, enum tls_role role)
{
	if (function->status != GOBIN_SITE_FOUND)
		return;
	sites->entries[sites->entry_count++] = (struct source_site){
		function->entry_file_offset,
		SITE_COOKIE(function->entry_address, program, role),
	};
	if (exit->branch_address) {
		sites->returns[0] = (struct source_site){
			exit->branch_file_offset,
			SITE_COOKIE(exit->branch_address, program, TLS_ROLE_NONE),
		};
		sites->return_count = 1;
		return;
	}
	for (uint32_t i = 0; i < function->return_count; i++)
		sites->returns[sites->return_count++] = (struct source_site){
			function->returns_file_offset[i],
			SITE_COOKIE(function->returns_address[i], program, role),
		};
}

/* The linker left both functions out, or neither could be decoded whole. */
static int no_site(struct known_file *file, const struct gobin_report *report)
{
	bool absent = report->functions[GOBIN_CLIENT_HANDSHAKE].status == GOBIN_SITE_ABSENT &&
		      report->functions[GOBIN_SERVER_HANDSHAKE].status == GOBIN_SITE_ABSENT;

	snprintf(file->told.tls, sizeof(file->told.tls), "%s", program_reason_of(report));
	return absent ? -ENOENT : -EILSEQ;
}

static bool is_unchanged(const struct known_file *file)
{
	struct executable_identity now;

	return !executable_identify(file->fd, &now) && executable_is_same(&now, &file->identity);
}

int tls_attach(struct source *source, struct known_file *file, const struct gobin_report *report,
	       bool leases, bool expedites)
{
	struct sites sites = { .entry_count = 0 };
	bool expedited;
	int result;

	add_sites(&sites, &report->functions[GOBIN_CLIENT_HANDSHAKE], &report->exit,
		  file->told.program, TLS_ROLE_CLIENT);
	add_sites(&sites, &report->functions[GOBIN_SERVER_HANDSHAKE], &report->exit,
		  file->told.program, TLS_ROLE_SERVER);
	if (!sites.entry_count)
		return no_site(file, report);
	file->leased = leases && !lease_take(file->fd);
	if (!is_unchanged(file))
		return -EAGAIN;
	expedited = expedites && expedite_begin();
	result = source_attach_tls(source, file->fd, sites.entries, sites.entry_count,
				   sites.returns, sites.return_count, &file->link);
	if (expedited)
		expedite_end();
	if (result)
		snprintf(file->told.tls, sizeof(file->told.tls), "attach_failed: %s",
			 strerror(-result));
	return result;
}

void tls_detach(struct known_file *file)
{
	source_detach(file->link);
	file->link = NULL;
	if (file->leased)
		lease_drop(file->fd);
	file->leased = false;
	known_file_close(file);
}

/* All at once; where there is no memory for that, one after the other. */
void tls_detach_all(struct known_files *files)
{
	struct source_link **links;
	size_t count = 0;

	for (struct known_file *file = files->first; file; file = file->next)
		count++;
	links = calloc(count + 1, sizeof(struct source_link *));
	count = 0;
	for (struct known_file *file = files->first; links && file; file = file->next) {
		links[count++] = file->link;
		file->link = NULL;
	}
	if (links)
		source_detach_all(links, count);
	free(links);
	for (struct known_file *file = files->first; file; file = file->next)
		tls_detach(file);
}
