using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class HeadOrigin : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_webhook_deliveries_webhooks_webhook_id",
                schema: "audit",
                table: "webhook_deliveries");

            migrationBuilder.DropColumn(
                name: "is_asked_again",
                schema: "audit",
                table: "delivery_progress");

            migrationBuilder.AddColumn<string>(
                name: "origin",
                schema: "audit",
                table: "audit_signing_keys",
                type: "character varying(300)",
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
                type: "boolean",
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
