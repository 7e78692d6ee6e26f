using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.AuditApi.Migrations.Sqlite
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
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state_sealed",
                schema: "audit",
                table: "audit_events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state_subject",
                schema: "audit",
                table: "audit_events",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "target_sealed",
                schema: "audit",
                table: "audit_events",
                type: "TEXT",
                nullable: true);

            // Its key is all there is of a row: as a table of its own it would be stored twice.
            migrationBuilder.Sql(
                """
                CREATE TABLE "audit_terms" (
                    "term" INTEGER NOT NULL,
                    "sequence" INTEGER NOT NULL,
                    "subject" INTEGER NOT NULL,
                    CONSTRAINT "pk_audit_terms" PRIMARY KEY ("term", "sequence", "subject")
                ) WITHOUT ROWID;
                """);

            migrationBuilder.CreateTable(
                name: "subject_keys",
                schema: "audit",
                columns: table => new
                {
                    subject = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    wrapped_key = table.Column<byte[]>(type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    erased_at = table.Column<long>(type: "INTEGER", nullable: true)
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
