using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Webhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit_idempotency_records",
                schema: "audit",
                columns: table => new
                {
                    key_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    location = table.Column<string>(type: "text", nullable: true),
                    e_tag = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_idempotency_records", x => x.key_hash);
                });

            migrationBuilder.CreateTable(
                name: "delivery_progress",
                schema: "audit",
                columns: table => new
                {
                    receiver = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    failing_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    is_asked_again = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_delivery_progress", x => x.receiver);
                });

            migrationBuilder.CreateTable(
                name: "webhooks",
                schema: "audit",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    url = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    event_types = table.Column<string>(type: "character varying(5050)", maxLength: 5050, nullable: false),
                    description = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    disabled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhooks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                schema: "audit",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    webhook_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    event_type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    milliseconds = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_deliveries", x => x.id);
                    table.ForeignKey(
                        name: "fk_webhook_deliveries_webhooks_webhook_id",
                        column: x => x.webhook_id,
                        principalSchema: "audit",
                        principalTable: "webhooks",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_secrets",
                schema: "audit",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    webhook_id = table.Column<Guid>(type: "uuid", nullable: false),
                    wrapped = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_secrets", x => x.id);
                    table.ForeignKey(
                        name: "fk_webhook_secrets_webhooks_webhook_id",
                        column: x => x.webhook_id,
                        principalSchema: "audit",
                        principalTable: "webhooks",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_idempotency_records_created_at",
                schema: "audit",
                table: "audit_idempotency_records",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_time",
                schema: "audit",
                table: "webhook_deliveries",
                column: "time");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_webhook_id_sequence",
                schema: "audit",
                table: "webhook_deliveries",
                columns: new[] { "webhook_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_webhook_id_state_id",
                schema: "audit",
                table: "webhook_deliveries",
                columns: new[] { "webhook_id", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_secrets_webhook_id",
                schema: "audit",
                table: "webhook_secrets",
                column: "webhook_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_idempotency_records",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "delivery_progress",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "webhook_deliveries",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "webhook_secrets",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "webhooks",
                schema: "audit");
        }
    }
}
