using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "audit");

            migrationBuilder.CreateTable(
                name: "audit_events",
                schema: "audit",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    received_at = table.Column<long>(type: "INTEGER", nullable: false),
                    actor_type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    actor_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    actor_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    client_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    session_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    target_type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false),
                    target_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    target_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    succeeded = table.Column<bool>(type: "INTEGER", nullable: false),
                    before = table.Column<string>(type: "TEXT", nullable: true),
                    after = table.Column<string>(type: "TEXT", nullable: true),
                    trace_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_events", x => x.sequence);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_actor_id_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "actor_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_client_id_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "client_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_id",
                schema: "audit",
                table: "audit_events",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_session_id_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "session_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_succeeded_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "succeeded", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_target_id_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "target_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_time",
                schema: "audit",
                table: "audit_events",
                column: "time");

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_type_sequence",
                schema: "audit",
                table: "audit_events",
                columns: new[] { "type", "sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_events",
                schema: "audit");
        }
    }
}
