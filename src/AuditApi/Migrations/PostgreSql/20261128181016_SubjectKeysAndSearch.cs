using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class SubjectKeysAndSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "actor_sealed",
                schema: "audit",
                table: "audit_events",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state_sealed",
                schema: "audit",
                table: "audit_events",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state_subject",
                schema: "audit",
                table: "audit_events",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "target_sealed",
                schema: "audit",
                table: "audit_events",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "audit_terms",
                schema: "audit",
                columns: table => new
                {
                    term = table.Column<long>(type: "bigint", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    subject = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_terms", x => new { x.term, x.sequence, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "subject_keys",
                schema: "audit",
                columns: table => new
                {
                    subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    wrapped_key = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    erased_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_subject_keys", x => x.subject);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_terms_subject",
                schema: "audit",
                table: "audit_terms",
                column: "subject",
                filter: "subject <> 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_terms",
                schema: "audit");

            migrationBuilder.DropTable(
                name: "subject_keys",
                schema: "audit");

            migrationBuilder.DropColumn(
                name: "actor_sealed",
                schema: "audit",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "state_sealed",
                schema: "audit",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "state_subject",
                schema: "audit",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "target_sealed",
                schema: "audit",
                table: "audit_events");
        }
    }
}
