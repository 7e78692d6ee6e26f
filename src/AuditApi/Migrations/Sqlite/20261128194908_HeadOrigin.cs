using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HeadOrigin : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // By hand: what EF Core makes of a foreign key that goes cannot be done in one transaction with the rest.
            migrationBuilder.Sql("ALTER TABLE webhook_deliveries RENAME TO webhook_deliveries_before");
            migrationBuilder.Sql("DROP INDEX ix_webhook_deliveries_time");
            migrationBuilder.Sql("DROP INDEX ix_webhook_deliveries_webhook_id_sequence");
            migrationBuilder.Sql("DROP INDEX ix_webhook_deliveries_webhook_id_state_id");
            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                schema: "audit",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    webhook_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    event_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    event_type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table => table.PrimaryKey("pk_webhook_deliveries", x => x.id));
            const string Columns = "id, webhook_id, sequence, event_id, event_type, time, milliseconds, status, error, state";
            migrationBuilder.Sql($"INSERT INTO webhook_deliveries ({Columns}) SELECT {Columns} FROM webhook_deliveries_before");
            migrationBuilder.Sql("DROP TABLE webhook_deliveries_before");
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
            migrationBuilder.Sql("ALTER TABLE delivery_progress DROP COLUMN is_asked_again");

            migrationBuilder.AddColumn<string>(
                name: "origin",
                schema: "audit",
                table: "audit_signing_keys",
                type: "TEXT",
                maxLength: 300,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_idempotency_records_location",
                schema: "audit",
                table: "audit_idempotency_records",
                column: "location");

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_state_subject_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "state_subject", "sequence" },
                filter: "state_subject IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_audit_idempotency_records_location",
                schema: "audit",
                table: "audit_idempotency_records");

            migrationBuilder.DropIndex(
                name: "ix_audit_events_state_subject_sequence",
                schema: "audit",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "origin",
                schema: "audit",
                table: "audit_signing_keys");

            migrationBuilder.AddColumn<bool>(
                name: "is_asked_again",
                schema: "audit",
                table: "delivery_progress",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddForeignKey(
                name: "fk_webhook_deliveries_webhooks_webhook_id",
                schema: "audit",
                table: "webhook_deliveries",
                column: "webhook_id",
                principalSchema: "audit",
                principalTable: "webhooks",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }
    }
}
