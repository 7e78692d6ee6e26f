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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
